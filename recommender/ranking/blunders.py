"""Blunders: songs that nobody wants unless they save such songs; the one table of the rules that find them.

Training applies the rules to every row (`training.find_blunders`); a recommendation only reads the bits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Rule:
    """Signs of a blunder; all that are given must hold.

    Phrases are normalised words. "|" is the beginning or the end of the text,
    and a word that ends in "*" stands for all that begin so.

    names : any of these phrases stands in the title proper, before brackets and dashes
    tails : any of these stands in what follows the title proper
    artists : any of these stands in the name of an artist of the row
    genres : any of these stands in a genre of the first artist
    not_genres : none of these does
    bounds : the lowest and the highest value of features, or of what training works out:
        "artist_speechiness", the mean of the first artist's songs, drawn to 0 as if there were one more
        song, of 0; and "studio_lead", how much more popular the best version without `LIVE` in
        its tail is, minus infinity where there is none
    """

    names: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    not_genres: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=dict)


@dataclass(frozen=True)
class Blunder:
    """A kind of blunder: a row is one if any rule finds it.

    kind : its name, as in `Wishes.allow`
    """

    kind: str
    rules: tuple[Rule, ...]


# Above 0.66 a recording is probably all words (Spotify's reference of audio features); rap stays below 0.9.
SPOKEN: Bounds = {"speechiness": (0.66, 1)}
ONLY_SPOKEN: Bounds = {"speechiness": (0.9, 1)}
NOT_SUNG: Bounds = {"instrumentalness": (0.05, 1)}

#: What the tail of a title says of a concert.
LIVE = ("live", "ao vivo", "en vivo", "en directo", "dal vivo", "en concierto", "in concert", "unplugged")

_CHRISTMAS = (
    *("christmas*", "xmas", "santa claus*", "santa baby", "santa tell", "santas", "santa s", "mistletoe"),
    *("jingle bell", "jingle bells", "rudolph", "reindeer*", "grinch", "frosty the snowman", "sleigh ride"),
    *("let it snow let it snow", "winter wonderland", "silent night", "holy night", "first noel", "noel"),
    *("little drummer boy", "drummer boy", "hark the herald", "herald angels", "carol of the bells"),
    *("away in a manger", "deck the hall", "deck the halls", "angels we have heard", "god rest ye"),
    *("what child is this", "when a child is born", "mary did you know", "marys boy child"),
    *("o come all ye faithful", "come all ye faithful", "o come o come emmanuel", "adeste fideles"),
    *("good king wenceslas", "we three kings", "it came upon", "holidays are coming", "happy holiday"),
    *("chestnuts roasting", "baby its cold outside", "little town of bethlehem", "auld lang syne"),
    *("weihnacht*", "stille nacht", "navidad", "navidena", "villancico*", "natale", "natal", "noche de paz"),
    *("mon beau sapin", "petit papa noel", "jul", "julen", "jule*", "julafton", "kerst", "kerstmis"),
    *("joulu*", "vianoce", "vanoce", "boze narodzenie"),
)
_CHILDREN = (
    *("nursery rhymes", "kids songs", "songs for kids", "songs for children", "kidz bop*", "toddler*"),
    *("kinderlieder", "kinderen voor kinderen", "kinderchor", "barnkor", "rolf zuckowski", "sesame street"),
    *("super simple songs", "cocomelon", "play school", "mother goose", "canciones infantiles"),
)
_NOISE = (
    *("white noise*", "brown noise", "pink noise", "weisses rauschen", "ruido branco", "ruido blanco"),
    *("bruit blanc", "vitt brus", "sleep sounds", "sleep music", "for sleep", "for sleeping", "baby sleep"),
    *("deep sleep", "rain sounds", "sounds of rain", "nature sounds", "sounds of nature", "ocean waves"),
    *("ocean sounds", "thunderstorm sounds", "binaural*", "solfeggio", "asmr", "loopable", "hair dryer"),
    *("vacuum cleaner", "fan sound", "fan sounds", "crickets", "bruit de", "meditation music"),
)
# Too common for a title, but telling in a name.
_SLEEPERS = ("sleep", "noise", "lullaby", "lullabies", "bedtime", "relaxation", "relaxing", "avslappning")
#: Genres of those who play songs, whatever their titles and names.
_BANDS = (
    *("rock", "pop", "metal", "hip hop", "rap", "indie", "punk", "jazz", "soul", "folk", "country"),
    *("soundtrack", "classical"),
)

BLUNDERS = (
    Blunder("christmas", (Rule(names=_CHRISTMAS),)),
    Blunder(
        "children",
        (
            Rule(
                genres=("childrens*", "nursery", "kids dance party", "para criancas", "cartoon", "barnmusik"),
                not_genres=("jazz", "mpb", "rap"),
            ),
            Rule(artists=_CHILDREN),
        ),
    ),
    Blunder(
        "audiobook",
        (
            # Those who mostly tell stories, the songs between them, too.
            Rule(bounds={"artist_speechiness": (0.58, 1)}),
            Rule(names=("| kapitel",), not_genres=_BANDS),
            Rule(names=("| chapter", "| kapittel", "| capitulo", "| fortelling"), bounds=SPOKEN),
            Rule(genres=("hoerspiel", "childrens story", "reading", "drama"), bounds=SPOKEN),
        ),
    ),
    Blunder("live", (Rule(tails=LIVE, bounds={"studio_lead": (0, 100)}),)),
    Blunder("comedy", (Rule(genres=("comedy", "comic"), bounds=SPOKEN),)),
    Blunder(
        "speech",
        (
            Rule(bounds=ONLY_SPOKEN),
            Rule(names=("skit", "interview", "interlude", "poem", "poema"), bounds=SPOKEN),
            Rule(tails=("skit", "interview", "interlude", "speech", "dialogue"), bounds=SPOKEN),
            Rule(genres=("beat poetry", "slam poetry", "| poetry |"), bounds={"speechiness": (0.3, 1)}),
        ),
    ),
    Blunder(
        "karaoke",
        (
            Rule(tails=("karaoke", "made famous by", "in the style of", "originally performed by")),
            Rule(tails=("cover |", "cover version"), not_genres=_BANDS),
            Rule(artists=("karaoke", "covers", "tribute", "tributes", "rockabye baby", "rockabye lullaby")),
            Rule(artists=("soundtrack orchestra", "cover band", "string quartet tribute", "peaceful piano")),
            Rule(genres=("piano cover", "coverchill", "lo fi cover"), bounds=NOT_SUNG),
        ),
    ),
    Blunder(
        "sleep",
        (
            Rule(genres=("| sleep |", "white noise", "asmr"), not_genres=_BANDS),
            Rule(genres=("environmental", "water", "| sound |", "sound effects"), bounds=NOT_SUNG),
            Rule(genres=("lullaby", "background music", "pet calming"), bounds=NOT_SUNG),
            Rule(names=_NOISE, not_genres=_BANDS, bounds={"instrumentalness": (0.5, 1)}),
            Rule(artists=_NOISE + _SLEEPERS, not_genres=_BANDS, bounds=NOT_SUNG),
        ),
    ),
    Blunder(
        "classical",
        (
            Rule(
                genres=("| classical |", "| baroque |", "era |", "| opera |", "early music"),
                not_genres=("jazz", "pop", "rock", "soundtrack", "standards", "tango", "bossa nova", "tenor"),
            ),
        ),
    ),
)

KINDS = tuple(blunder.kind for blunder in BLUNDERS)
