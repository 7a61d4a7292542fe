"""Stop and help words in the languages people answer in, and how sure a text is of them.

Where nobody else does it for us (outside the US and Canada) missing a STOP is a breach, and one
too many costs a confirmation text; so STOP is read generously. But in a programme about stopping,
"I want to stop smoking" is the reason to stay.
Sources: Twilio's, AWS's and Telnyx's published lists; the words of other languages await review by
native speakers. Latin STOP works in every language.
"""

import re
import unicodedata
from typing import Literal

Grade = Literal["stop", "ambiguous", "help"]


def fold(text: str) -> str:
    """For comparing only: NFKC, no case, diacritics, punctuation, emoji or invisible characters,
    single blanks. An apostrophe vanishes (`don't` is `dont`), other signs part words. The marks of
    Indic and Thai writing are letters and stay."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(unicodedata.normalize("NFC", "".join(map(_folded, plain))).split())


def _folded(character: str) -> str:
    if character in _APOSTROPHES or _DIACRITIC.fullmatch(character):
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Me"):
        return ""
    return character if category[0] in "LNM" else " "


_APOSTROPHES = frozenset("'\u2019\u2018\u02bc\u00b4`")
#: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels, the emoji selectors.
_DIACRITIC = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640\ufe00-\ufe0f]")


def _words(*lists: str) -> frozenset[str]:
    return frozenset(fold(word) for words in lists for word in words.split(","))


_STOP = _words(
    "stop,stop all,stopall,stopp,stop it,unsubscribe,cancel,opt out,optout,revoke,remove",
    "avmeld,meld av,avslutt,avsluta,afmeld,afmelden,stoppa,stoppe",  # nb nn sv da nl
    "arret,arreter,desabonner,alto,parar,baja,cancelar,sair,pare,abmelden",  # fr es pt de
    "توقف,الغاء,إلغاء,ايقاف,إيقاف,قف,रोकें,बंद,বন্ধ,بند",  # ar hi bn ur
    "simama,ondoa,አቁም,berhenti,tigil,стоп,отписаться,iptal,durdur,หยุด",  # sw am id fil ru tr th
    # Left out: Swahili `acha` ("fine" in Hindi) and Vietnamese `dung`, `huy` (first names).
)
#: In a tobacco programme these are as likely a wish to join, or news.
_AMBIGUOUS = _words("quit,end,slutt,slutte,sluta,slut")
_HELP = _words(
    "help,help me,info,hjelp,hjælp,hjälp,hulp,hilfe,aide,ayuda,ajuda,msaada,bantuan,tulong",
    "مساعدة,मदद,সাহায্য,مدد,እርዳታ,помощь,yardim,ช่วย",
)
#: What the transport hears first, folded; no programme may use one as a keyword.
RESERVED: frozenset[str] = _STOP | _AMBIGUOUS | _HELP

#: Leaving said in a sentence. "My cravings won't leave me alone" is why some must come first.
_LEAVING = re.compile(
    r"\b(opt me out|take me off|remove me|unsubscribe|meld meg av|ikke (send|mer sms))\b"
    r"|\b(dont|do not|never) (text|message|contact|send|sms) me\b"
    r"|^(please )?(leave me alone|no more (texts|messages|sms))\b"
    r"|\b(wrong (number|person)|feil nummer)$"
)
_VERBS = _words("stop,stopp,stopping,stoppe,stops,quit,end,cancel,slutt,slutte,sluta,arret,arretez")
#: What a sender does; a stop that reaches one of these first is about our texts.
_CONTACT = _words(
    "text,texts,texting,txt,txts,texted,message,messages,messaging,msg,msgs,sms,smses,send",
    "sending,contact,contacting,writing,bothering,bugging,spam,spamming,a sende,sende,melding",
    "meldinger,meldingene,meldingar,envoyer,messages,mensajes,mensagens",
)
#: What a person gives up; a stop that reaches one of these first is about that.
_HABIT = _words(
    "smoke,smokes,smoking,smoker,cig,cigs,cigarette,cigarettes,cigar,cigars,tobacco,nicotine,fag",
    "fags,vape,vapes,vaping,snus,snuff,chewing,shisha,hookah,puffing,lighting,bidi,beedi,gutka",
    "drink,drinking,alcohol,beer,eating,snacking,sugar,sweets,gambling,craving,cravings",
    "royk,royke,royking,royken,snuse,roka,ryge,fumer,fumar,tabac,tabaco,rauchen,roken,sigara",
    "røyk,røyke,røyking,røyken",
)
#: Words that may stand by a STOP without changing it.
_POLITE = _words(
    "please,pls,plz,now,thanks,thank,you,u,thx,ta,cheers,ok,okay,it,this,that,these,them,all,me,"
    "the,sir,just,hi,hello,takk,na,nå,vennligst,tack,tak,merci,gracias,danke,bitte,already,here,"
    "can,could,will,would,i,said,im,out"
)
#: "Stop on Friday" answers when, not whether.
_WHEN = _words(
    "on,at,by,after,before,next,today,tonight,tomorrow,week,month,monday,tuesday,wednesday,thursday,"
    "friday,saturday,sunday,mon,tue,wed,thu,fri,sat,sun,january,february,march,april,may,june,july,"
    "august,september,october,november,december,date,day"
)
#: Real words one edit from STOP.
_NEIGHBOURS = frozenset({"shop", "step", "top", "slop", "stow", "stoop", "atop", "sop", "stor"})
_FIRST_SENTENCE = re.compile(r"[.!?\n]+")
_SHORT = 3
_REACH = 5


def graded(text: str) -> Grade | None:
    """`stop`: opt the number out now. `ambiguous`: it may be a stop; ask, or let a person read.
    `help`: a bare call for help."""
    folded = fold(text)
    words = folded.split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
        folded = words[0]
    if not words:
        return None
    rest = [word for word in words if word not in _POLITE]
    core = " ".join(rest)
    if {folded, core, fold(_FIRST_SENTENCE.split(text.strip(), maxsplit=1)[0])} & _STOP:
        return "stop"
    if folded in _AMBIGUOUS or core in _AMBIGUOUS:
        return "ambiguous"
    if folded in _HELP or (core in _HELP and len(words) <= _SHORT):
        return "help"
    return _in_sentence(folded, words, rest)


def _in_sentence(folded: str, words: list[str], rest: list[str]) -> Grade | None:
    if _LEAVING.search(folded):
        return "stop"
    if len(rest) == 1 and len(words) <= _SHORT and _like_stop(rest[0]):
        return "stop"
    places = [place for place, word in enumerate(words) if word in _VERBS]
    if not places:
        return None
    objects = {_object(words[place + 1 : place + 1 + _REACH]) for place in places}
    if "contact" in objects:
        return "stop"
    if "habit" in objects:
        return None
    first = words[0] in _VERBS - _AMBIGUOUS
    if first and len(words) <= _SHORT and not any(map(_tells_when, words[1:])):
        return "stop"
    return "ambiguous"


def _tells_when(word: str) -> bool:
    return word in _WHEN or any(character.isdigit() for character in word)


def _object(following: list[str]) -> str:
    for word in following:
        if word in _CONTACT:
            return "contact"
        if word in _HABIT:
            return "habit"
    return ""


def _like_stop(word: str) -> bool:
    """One slip of the thumb from STOP: a letter wrong, missing, doubled, or two swapped."""
    return word not in _NEIGHBOURS and (_one_edit(word, "stop") or _one_edit(word, "stopp"))


def _one_edit(word: str, target: str) -> bool:
    if abs(len(word) - len(target)) > 1 or len(word) < _SHORT:
        return False
    start = 0
    while start < min(len(word), len(target)) and word[start] == target[start]:
        start += 1
    left, right = word[start:], target[start:]
    if len(left) > len(right):
        return left[1:] == right
    if len(left) < len(right):
        return left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
