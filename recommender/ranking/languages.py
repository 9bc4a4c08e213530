"""The languages that songs are sung in, by what tells them from English; the table that training goes by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """Signs of a language.

    words : common words that few titles in other languages have, normalised
    letters : letters that English lacks, and few other languages have
    genres : phrases of genres that are sung in it, as in `recommender.ranking.blunders.Rule`, between commas
    """

    name: str
    words: str = ""
    letters: str = ""
    genres: str = ""


def _span(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


#: Common words of English titles, which speak against every language below.
ENGLISH = (
    "the you i my and of your it is this that what with we be dont im to all for on are have when how like"
    " want never always baby away night heart just can not me in no so do go a man out up down one time love"
    " dance world back get let know make take come good girl life day feel new was were he she they or if at"
    " by from theme remix mix part op minor major sonata concerto adagio allegro andante sing"
)

#: `Catalogue.artist_languages` holds the place in it, from 1; 0 is English or unknown.
LANGUAGES = (
    Language(
        "spanish",
        "el los las una y mi tu que en por para sin como yo te se lo amor corazon vida noche quiero del al"
        " es de la me a o un di si no ella eres cuando nada mas soy estoy mujer cancion loco mio",
        "ñ¿¡",
        "latin pop, reggaeton*, regional mexican, norteno, ranchera, banda, bachata, salsa, cumbia,"
        " espanol, vallenato, trap latino, cantautor, trova, tejano, corrido, bolero, grupera, mariachi,"
        " cuarteto, nueva cancion, latin hip hop, mexican pop, argentine rock, latin rock, latin"
        " alternative, spanish pop, duranguense, merengue",
    ),
    Language(
        "portuguese",
        "o os um uma e de a me te que se eres nao voce meu minha seu sua eu em do da na no pra pro com por"
        " mais amor coracao vida saudade deus ao vivo ate quero sem dois",
        "ãõ",
        "sertanejo*, mpb, pagode, samba, funk carioca, forro, axe, brazilian rock, fado, brazilian hip hop,"
        " rock nacional, brega, velha guarda, manguebeat, brazilian gospel",
    ),
    Language(
        "french",
        "le les la de en me te se un des une et je tu mon ma mes ton dans sur pour avec sans qui est pas"
        " cest jai moi toi nous vous au aux du amour coeur vie petit petite comme quand si ne",
        "œç",
        "chanson, variete francaise, francoton, french pop, french hip hop, rap francais, pop urbaine,"
        " french rock, yeye, chanson quebecoise, pop francaise",
    ),
    Language(
        "italian",
        "il lo la gli le se me un una e di del della che non mi ti per con senza come io tu sei amore cuore"
        " vita notte piu sono solo anche quando mio mia al nel",
        "",
        "italian pop, classic italian pop, italian hip hop, canzone, italian indie pop, cantautore",
    ),
    Language(
        "german",
        "der das die und in im so ich du wir ist nicht ein eine mein meine dein mit auf von zu fur den dem"
        " wie wenn nur noch liebe herz nacht leben kein keine alles wieder immer bist",
        "ßäöü",
        "schlager, deutschrap, neue deutsche*, german pop, german hip hop, ndw, deutsch*",
    ),
    Language(
        "dutch",
        "de het een en ik je te me so jij mijn is niet van voor met op in aan dat zo maar wat als naar hart"
        " leven nooit altijd alles liefde",
        "",
        "dutch pop, dutch hip hop, levenslied, nederpop, dutch rock, dutch cabaret",
    ),
    Language(
        "scandinavian",
        "och jag du det de en so man ett min mitt dig mig inte som pa i av for med till ar har vi hjarta"
        " karlek og jeg ikke deg meg til er nar hvor din alt kan skal sang",
        "åæøäö",
        "swedish hip hop, visa, svensk*, danish pop, danish hip hop, norwegian hip hop, dansktop,"
        " dansband*, danseband, rap dansk, norsk*, viser, swedish folk pop",
    ),
    Language(
        "finnish",
        "ja on ei en mina sina se kun mita vain oli olen rakkaus yo elaman sun mun sa ma kanssa nyt taas",
        "äö",
        "finnish pop, finnish hip hop, iskelma, suomi*, suomi rock, finnish dance pop",
    ),
    Language(
        "turkish",
        "bir sen ben ve de bu ne gibi seni beni sana bana benim senin ask gel yok var kalbim gonul gece",
        "ığş",
        "turkish pop, turkish rock, arabesk, turkish hip hop, anadolu rock, turkish folk",
    ),
    Language(
        "polish",
        "nie sie na do a jest jak mnie to co ty ja moja moj tak juz dla ze w z o milosc zycie gdy",
        "łąęśżźćń",
        "polish pop, polish hip hop, polish rock, disco polo, polish reggae",
    ),
    Language(
        "czech",
        "na se je ti te me a do ja jsem kdyz jak pro jsi tak nebo laska mi ze si sa som ako co uz ked moja",
        "řěůčšžýľťď",
        "czech pop, czech rock, slovak pop, slovak hip hop, czech hip hop, czech folk",
    ),
    Language(
        "hungarian",
        "a az egy nem es ha hogy van vagy szep mint csak meg nekem szerelem",
        "őű",
        "hungarian pop, hungarian rock, hungarian hip hop, magyar*",
    ),
    Language(
        "romanian",
        "si de nu sa ma me te la se o a ce cu pe din mai iubire viata inima",
        "țșăţş",
        "manele, romanian pop",
    ),
    Language(
        "balkan",
        "je da se ti ja mi me te ne na a la za od kad samo moja ljubav srce dok jos sve nije",
        "čćšžđ",
        "yugoslav rock, croatian pop, serbian pop, turbo folk, balkan*, slovenian pop",
    ),
    Language(
        "greek",
        "",
        _span("Ͱ", "Ͽ"),
        "laiko, greek pop, entehno, rebetiko, greek hip hop",
    ),
    Language(
        "russian",
        "",
        _span("Ѐ", "ӿ"),
        "russian pop, russian rock, russian hip hop, russian shanson, ukrainian pop",
    ),
    Language(
        "malay",
        "aku kau di me yang ku mu cinta tak dan ini hati tanpa untuk dengan rindu kamu bukan jangan dia"
        " sayang kita selamanya kasih hanya",
        "",
        "indonesian pop, malaysian pop, dangdut, indonesian rock, malaysian rock, campursari",
    ),
    Language(
        "filipino",
        "ang ng sa ko mo ka na di si ako ikaw mga kung pag kita puso pangarap ay lang nang",
        "",
        "pinoy*, kundiman",
    ),
    Language(
        "indian",
        "hai mein ke ki na sa me tere mera meri dil pyar tum hum aaj kya nahi tera se ka ho jaane maine naa"
        " ek",
        _span("ऀ", "ൿ"),
        "filmi, bollywood, desi pop, punjabi*, tamil*, telugu*, sufi, ghazal, bhajan, kollywood, tollywood,"
        " bhangra, carnatic, deep indian pop, malayalam, kannada",
    ),
    Language(
        "japanese",
        "no de wa ga wo boku kimi anata koi hana sakura",
        _span("ぁ", "ヿ"),
        "j pop, j rock, anime rock, japanese singer songwriter, j idol, enka, japanese city pop, vocaloid",
    ),
    Language(
        "chinese",
        "",
        _span("一", "鿿"),
        "mandopop, c pop, cantopop, taiwan pop, zhongguo feng, chinese indie, mainland chinese pop",
    ),
    Language(
        "korean",
        "",
        _span("가", "힣") + _span("ᄀ", "ᇿ"),
        "k pop, k indie, korean pop, korean r and b, k rap",
    ),
    Language(
        "thai",
        "",
        _span("ก", "๛"),
        "thai pop, thai rock, thai indie, luk thung",
    ),
    Language(
        "vietnamese",
        "anh em khong yeu tinh nguoi mot cho",
        "ơưđ",
        "v pop, vietnamese pop, vietnamese hip hop",
    ),
    Language(
        "arabic",
        "",
        _span("ء", "ۿ"),
        "arab pop, arabic pop, khaleeji, mahraganat, persian pop, rai",
    ),
    Language(
        "hebrew",
        "",
        _span("א", "ת"),
        "mizrahi",
    ),
    Language(
        "icelandic",
        "og eg a thu er vid",
        "þð",
        "",
    ),
)
