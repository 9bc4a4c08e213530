"""ASCII for the Latin letters that are no accented ones to Unicode: with strokes, ligatures, phonetic ones.

Generated once by anyascii 0.3.3, which nothing here needs to run: the lower-case letters that decomposition
and casefolding leave as they are, that Unicode calls Latin, and of which it makes ASCII letters.

    for letter in map(chr, range(0x80, 0x110000)):
        folded = unicodedata.normalize("NFKD", letter.casefold()).casefold()
        ascii = anyascii(letter).lower().rstrip(".")
        if letter == folded and letter.islower() and "LATIN" in unicodedata.name(letter) and ascii.isalpha():
            by_ascii[ascii] += letter
"""

_BY_ASCII = {
    "a": "ɐɑɒʌᴀᶏᶐⱥꞻꬰꭤ",
    "aa": "ꜳ",
    "ae": "æᴁᴂꞛꬱ",
    "ao": "ꜵ",
    "au": "ꜷ",
    "av": "ꜹꜻ",
    "ay": "ꜽ",
    "b": "ƀƃɓʙᴃᵬᶀꞗꞵ",
    "c": "ƈȼɕᴄↄꜿꞓꞔ𝼝",
    "d": "ðđƌȡɖɗᴅᴆᵭᶁᶑẟꝱꝺꟈ",
    "db": "ȸ",
    "dz": "ʣʥꭦ",
    "dzh": "ʤ𝼒𝼙",
    "e": "ǝɇɘəɛɜᴇᴈᶒᶓᶔᶕⱸⱻꬲꬳꬴ",
    "er": "ɚɝ",
    "f": "ƒɸᵮᶂꜰꝼꞙꬵ",
    "fng": "ʩ𝼀",
    "g": "ǥɠɡɢɣʛᵷᵹᶃꞡꟑꬶ𝼁𝼂",
    "gh": "ƣ",
    "h": "ħɦɧʜⱨⱶꜧꞕꟶ",
    "hw": "ƕ",
    "i": "ıɨɩɪɿʅᴉᵻᵼᶖꞽ𝼚",
    "ia": "ꭠ",
    "ie": "ꭡ",
    "j": "ȷɉɟʄʝᴊ",
    "k": "ƙʞᴋᶄⱪꝁꝃꝅꞣ𝼃𝼐",
    "l": "łƚƛȴɫɬɭʟᴌᶅⱡꝇꝉꝲꞎꬷꬸꬹ𝼄𝼑𝼓",
    "ll": "ỻꞁ",
    "ls": "ʪ",
    "lz": "ʫ",
    "lzh": "ɮ𝼅",
    "m": "ɱᴍᵯᶆⱞꝳꬺ",
    "n": "ƞȵɲɳɴᴎᵰᶇꝴꞑꞥꬻ",
    "ng": "ŋꝿꬼ𝼇𝼔",
    "o": "øɔɞɵᴏᴐᴑᴒᴓᴖᴗᶗⱷⱺꝋꝍꞷꟁꬽꬾꬿ𝼛",
    "oe": "œɶʚᴔꞝꭀꭁꭂꭢ",
    "oo": "ꝏꭃꭄ",
    "ou": "ȣᴕ",
    "p": "ƥᴘᵱᵽᶈꝑꝓꝕ",
    "pc": "ʘ",
    "q": "ĸɋʗʠꝗꝙꞯ𝼏",
    "qc": "𝼋𝼌",
    "qp": "ȹ",
    "r": "ɍɹɺɻɼɽɾʀʁᴙᴚᵲᵳᶉⱹꝛꝝꝵꝶꞃꞧꭅꭆꭇꭉꭋꭌꭨ𝼈𝼕𝼖",
    "rr": "ꭈꭊ",
    "s": "ȿʂᵴᶊẜẝꜱꝭꝸꞅꞩꟊꟗꟙ𝼞",
    "sh": "ƪʃʆᶋᶘꭍ",
    "t": "ŧƫƭȶʇʈᴛᵵⱦꝷꞇ𝼉𝼍",
    "tc": "ʨ",
    "th": "þᵺꝥꝧ",
    "thth": "ꟓ",
    "ts": "ƾʦꭧ",
    "tsh": "ʧ𝼗𝼜",
    "tz": "ꜩ",
    "u": "ɤɷʉʊᴜᴝᴞᵾᵿᶙꞹꞿꭎꭏꭒ",
    "ue": "ᵫꞟ",
    "ui": "ꭐꭑ",
    "uo": "ꭣ",
    "v": "ʋᴠᶌỽⱱⱴꝟꝩ",
    "vy": "ꝡ",
    "w": "ƿɯɰʍᴟᴡⱳꟃꟺ",
    "ww": "ʬꟕ",
    "x": "ʖᶍꭓꭔꭕꭖꭗꭘꭙ𝼎",
    "y": "ƴȝɏɥʎʏʮʯỿꭚ𝼆",
    "z": "ƍƶȥɀʐʑᴢᵶᶎⱬꝣ",
    "zh": "ƺʒʓᴣᶚ𝼘",
}
#: Each letter, in lower case, and what is read in its place: "ø" is "o", "æ" is "ae".
LATIN_LETTERS = {letter: read for read, letters in _BY_ASCII.items() for letter in letters}
