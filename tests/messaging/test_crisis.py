"""Words of need, and what only sounds like them, in the eight languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.crisis import Crisis, crisis_in

#: language -> kind -> what people text.
IN_NEED: dict[str, dict[Crisis, tuple[str, ...]]] = {
    "en": {
        Crisis.SELF_HARM: (
            "I want to die",
            "i wanna die",
            "I'm going to kill myself",
            "gonna kil mysef",
            "I don't want to kill myself, just joking",
            "suicide",
            "been feeling suicdal all week",
            "dont want to live anymore",
            "I do not want to be here anymore",
            "no reason to live",
            "day 3 no smoking, honestly i just want to end it all",
            "i took all my pills",
            "better off without me",
            "I cut myself again last night",
            "STOP. I want to die",
            "YES but I wish I was dead",
        ),
        Crisis.CHEST_PAIN: (
            "chest pain",
            "I have chest pains since I stopped",
            "CHSET PAIN HELP",
            "my chest really hurts",
            "pain in my chest and left arm",
            "pressure on my chest",
            "i cant breathe",
            "think im having a heart attack",
            "HEART ATTACK",
            "my husband is having a heart attack",
        ),
        Crisis.LOW_GLUCOSE: (
            "my sugar is very low and i am shaking",
            "blood sugar dropping fast",
            "im having a hypo",
            "hypo help",
            "took too much insulin",
            "I passed out, sugar 2.1",
        ),
        Crisis.VIOLENCE: (
            "my husband hits me",
            "he beat me last night",
            "i'm scared of my husband",
            "he said he will kill me",
            "not safe at home",
            "i was raped",
        ),
    },
    "nb": {
        Crisis.SELF_HARM: (
            "jeg vil dø",
            "vil bare do",
            "orker ikke leve lenger",
            "skal ta livet av meg",
            "tenker på selvmord",
            "tenker på sjølmord",
            "jeg tar livet av meg hvis dette ikke slutter",
            "skulle ønske jeg var død",
            "bedre om jeg var borte",
            "har tatt alle pillene",
            "stopp, jeg vil ikke leve",
        ),
        Crisis.CHEST_PAIN: (
            "vondt i brystet",
            "har trykk for brystet",
            "brystsmerter siden i natt",
            "får ikke puste",
            "tror jeg har hjerteinfarkt",
        ),
        Crisis.LOW_GLUCOSE: (
            "blodsukkeret er veldig lavt",
            "har føling",
            "har tatt for mye insulin",
            "lavt blodsukker, skjelver",
        ),
        Crisis.VIOLENCE: (
            "mannen min slår meg",
            "samboeren slo meg i går",
            "er redd for mannen min",
            "ble voldtatt",
            "tør ikke gå hjem",
        ),
    },
    "nn": {
        Crisis.SELF_HARM: (
            "eg vil døy",
            "orkar ikkje leve",
            "eg tek livet av meg",
            "tenkjer på sjølvmord",
            "vil berre døy",
        ),
        Crisis.CHEST_PAIN: ("vondt i bringa", "får ikkje puste", "trykk for bringa"),
        Crisis.LOW_GLUCOSE: ("blodsukkeret er lågt", "har ei føling", "for mykje insulin"),
        Crisis.VIOLENCE: ("mannen slår meg", "kjærasten trugar meg", "torer ikkje gå heim"),
    },
    "es": {
        Crisis.SELF_HARM: (
            "quiero morir",
            "kiero morirme",
            "me voy a matar",
            "no quiero vivir",
            "ya no quiero seguir viviendo",
            "pienso en el suicidio",
            "tengo ganas de desaparecer",
            "quiero quitarme la vida",
            "me tome todas las pastillas",
        ),
        Crisis.CHEST_PAIN: (
            "me duele el pecho",
            "dolor en el pecho",
            "DOLOR DE PECHO",
            "no puedo respirar",
            "creo que es un infarto",
        ),
        Crisis.LOW_GLUCOSE: (
            "tengo el azúcar muy baja",
            "se me bajo el azucar",
            "hipoglucemia ayuda",
        ),
        Crisis.VIOLENCE: (
            "mi marido me pega",
            "mi esposo me golpeó anoche",
            "tengo miedo de mi pareja",
            "me quiere matar",
        ),
    },
    "fr": {
        Crisis.SELF_HARM: (
            "je veux mourir",
            "j'ai envie de mourir",
            "je vais me tuer",
            "je veux en finir",
            "je ne veux plus vivre",
            "je pense au suicide",
            "je serais mieux mort",
            "j'ai avalé tous les cachets",
        ),
        Crisis.CHEST_PAIN: (
            "douleur à la poitrine",
            "j'ai mal dans la poitrine",
            "je n'arrive plus à respirer",
            "je crois que je fais un infarctus",
        ),
        Crisis.LOW_GLUCOSE: (
            "ma glycémie est très basse",
            "je suis en hypo",
            "hypoglycemie aidez moi",
        ),
        Crisis.VIOLENCE: (
            "mon mari me frappe",
            "il m'a frappée hier",
            "j'ai peur de mon mari",
            "mon ex veut me tuer",
        ),
    },
    "pt": {
        Crisis.SELF_HARM: (
            "quero morrer",
            "eu so quero morrer",
            "vou me matar",
            "não quero mais viver",
            "penso em suicídio",
            "tenho vontade de sumir",
            "tomei todos os comprimidos",
        ),
        Crisis.CHEST_PAIN: (
            "dor no peito",
            "tô com dor forte no peito",
            "não consigo respirar",
            "acho que estou tendo um infarto",
        ),
        Crisis.LOW_GLUCOSE: (
            "minha glicose está muito baixa",
            "to com hipoglicemia",
            "o açúcar caiu, tô tremendo",
        ),
        Crisis.VIOLENCE: (
            "meu marido me bate",
            "ele me bateu ontem",
            "tenho medo do meu marido",
            "ele disse que vai me matar",
        ),
    },
    "ar": {
        Crisis.SELF_HARM: (
            "أريد أن أموت",
            "بدي موت",
            "عايز اموت",
            "سأنتحر",
            "أفكر في الانتحار",
            "رح اقتل نفسي",
            "لا أريد أن أعيش",
            "تعبت من الحياة",
        ),
        Crisis.CHEST_PAIN: (
            "ألم في صدري",
            "عندي وجع بصدري",
            "صدري يوجعني",
            "ما اقدر اتنفس",
            "نوبة قلبية",
        ),
        Crisis.LOW_GLUCOSE: (
            "السكر نازل عندي",
            "عندي هبوط في السكر",
            "سكري منخفض جدا",
        ),
        Crisis.VIOLENCE: (
            "زوجي يضربني",
            "جوزي بيضربني كل يوم",
            "خايفة من زوجي",
            "يهددني بالقتل",
        ),
    },
    "hi": {
        Crisis.SELF_HARM: (
            "मैं मरना चाहता हूँ",
            "मरने का मन करता है",
            "आत्महत्या",
            "main marna chahti hu",
            "jeena nahi chahta",
            "मुझे अब जीना नहीं है",
            "khudkushi kar lunga",
            "खुद को मार लूंगा",
        ),
        Crisis.CHEST_PAIN: (
            "सीने में दर्द है",
            "छाती में बहुत दर्द हो रहा है",
            "seene me dard ho raha hai",
            "saans nahi aa rahi",
            "दिल का दौरा",
        ),
        Crisis.LOW_GLUCOSE: (
            "शुगर बहुत कम है",
            "sugar bahut low ho gaya",
            "मेरा शुगर लो हो गया है",
        ),
        Crisis.VIOLENCE: (
            "पति मुझे मारता है",
            "pati mujhe marta hai",
            "मुझे जान से मारने की धमकी",
            "घरेलू हिंसा",
        ),
    },
}

#: Manners of speaking, reasons to stop, other people's news, plain answers.
NOT_IN_NEED: dict[str, tuple[str, ...]] = {
    "en": (
        "dying for a cigarette",
        "im dying for a smoke",
        "this is killing me",
        "killing it",
        "day 5 killing it!!",
        "that cake was to die for",
        "I could kill for a cig",
        "I don't want to die young",
        "I do not want to die of cancer",
        "smoking is killing me",
        "I'm killing myself with cigarettes",
        "slowly killing myself smoking",
        "my dad died of smoking",
        "my phone died",
        "nearly gave me a heart attack",
        "I quit because dad had a heart attack",
        "no chest pain today",
        "less risk of a heart attack now",
        "can I cut myself a patch in half",
        "she kicked me out for smoking",
        "my wife pushed me to quit",
        "my sugar dropped to 110, great",
        "had to get that off my chest",
        "what is a hypo?",
        "how do i avoid low sugar",
        "low sugar diet",
        "LOW",
        "feeling a bit low today",
        "my wife will kill me if i smoke again",
        "he beats me at chess",
        "the craving hit me hard",
        "hit me up later",
        "cut myself shaving",
        "laughing so hard I died laughing",
        "I want to stop smoking",
        "can't breathe through my nose",
        "cant go on without a smoke",
        "want to be dead sure",
        "take my life back from cigarettes",
        "SLIP",
        "no",
        "",
    ),
    "nb": (
        "dør etter en røyk",
        "jeg dør for en sigg nå",
        "vil ikke dø av kreft",
        "røyken tar livet av meg",
        "holdt på å dø av latter",
        "redd for å få hjerteinfarkt",
        "ikke vondt i brystet lenger",
        "hva er føling?",
        "han slo meg i sjakk",
        "kona dreper meg hvis jeg røyker",
        "kutte meg ned til fem",
        "sprekk",
        "skal bare på do",
        "gjør",
    ),
    "nn": (
        "vil ikkje døy av dette",
        "snusen tek livet av meg",
        "eg døyr for ein røyk",
        "kva er føling",
        "ho slo meg i kort",
        "kona drep meg om eg røykjer",
    ),
    "es": (
        "me muero por un cigarro",
        "me muero de risa",
        "me muero de hambre",
        "no quiero morir joven",
        "me quiero morir de vergüenza",
        "casi me da un infarto de la risa",
        "no tengo dolor en el pecho",
        "que es la hipoglucemia",
        "quiero bajar el azúcar",
        "mi azucar bajo a 110",
        "yogur bajo en azúcar",
        "me pega fuerte la ansiedad",
        "mi esposa me va a matar si fumo",
        "quiero acabar con este vicio",
        "me mato trabajando",
    ),
    "fr": (
        "je meurs d'envie de fumer",
        "mort de rire",
        "ça m'a frappé",
        "je ne veux pas mourir",
        "je veux en finir avec la cigarette",
        "je veux en finir avec le tabac",
        "je me tue au travail",
        "pas de douleur à la poitrine",
        "peur de faire un infarctus",
        "c'est quoi une hypoglycémie",
        "il me bat toujours aux échecs",
        "ma femme va me tuer si je fume",
        "la clope me tue à petit feu",
    ),
    "pt": (
        "morrendo de vontade de fumar",
        "morri de rir",
        "não quero morrer cedo",
        "quero acabar com esse vício",
        "quase infartei de rir",
        "sem dor no peito hoje",
        "o que é hipoglicemia",
        "quero baixar a glicose",
        "me bateu uma vontade de fumar",
        "minha mulher vai me matar se eu fumar",
        "me matando de trabalhar",
        "tô morto de sono",
    ),
    "ar": (
        "أموت على سيجارة",
        "ميت من الضحك",
        "لا أريد أن أموت",
        "ما هو هبوط السكر",
        "أريد التوقف عن التدخين",
        "زوجتي راح تقتلني لو دخنت",
        "أبي مات بجلطة قلبية",
        "لا يوجد ألم في صدري",
        "نفسي في سيجارة",
    ),
    "hi": (
        "हंस हंस कर मर गया",
        "मैं मरना नहीं चाहता",
        "main marna nahi chahta",
        "हार्ट अटैक से डर लगता है",
        "सीने में दर्द नहीं है",
        "sugar kam khata hu",
        "हाइपोग्लाइसीमिया क्या है",
        "cigarette chhodna chahta hu",
        "patni mujhe maar degi agar cigarette pi",
        "sugar kam karna hai",
        "मदद",
    ),
}


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        pytest.param(text, crisis, id=f"{language} {text}")
        for language, kinds in IN_NEED.items()
        for crisis, texts in kinds.items()
        for text in texts
    ],
)
def test_need_is_heard(text: str, crisis: Crisis) -> None:
    assert crisis_in(text) is crisis


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{language} {text}")
        for language, texts in NOT_IN_NEED.items()
        for text in texts
    ],
)
def test_manners_of_speaking_are_no_need(text: str) -> None:
    assert crisis_in(text) is None


@pytest.mark.parametrize("language", IN_NEED)
def test_need_is_heard_inside_a_longer_text(language: str) -> None:
    for crisis, texts in IN_NEED[language].items():
        for text in texts:
            assert crisis_in(f"7 😩 ... {text.upper()}!!! 12.4") is crisis


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("he beats me up when he drinks", Crisis.VIOLENCE),
        ("he hits me with a belt", Crisis.VIOLENCE),
        ("he will kill me when he sees this", Crisis.VIOLENCE),
        ("i want to kill myself slowly", Crisis.SELF_HARM),
        ("i keep cutting myself a lot", Crisis.SELF_HARM),
        ("i hurt myself on purpose", Crisis.SELF_HARM),
        ("can't breathe without pain", Crisis.CHEST_PAIN),
        ("no food all day and having a hypo", Crisis.LOW_GLUCOSE),
        ("får ikke sove, vondt i brystet", Crisis.CHEST_PAIN),
        ("han dreper oss hvis jeg går", Crisis.VIOLENCE),
        ("mi marido me pega fuerte", Crisis.VIOLENCE),
        ("me va a matar si me voy", Crisis.VIOLENCE),
        ("quiero acabar con todo", Crisis.SELF_HARM),
        ("voy a cortarme las venas", Crisis.SELF_HARM),
        ("tengo el azucar en la sangre muy baja", Crisis.LOW_GLUCOSE),
        ("il me frappe à la maison", Crisis.VIOLENCE),
        ("je n'ai pas mangé, je suis en hypo", Crisis.LOW_GLUCOSE),
        ("ele me bateu forte", Crisis.VIOLENCE),
        ("vou acabar com tudo", Crisis.SELF_HARM),
        ("não comi e tô com hipoglicemia", Crisis.LOW_GLUCOSE),
        ("ما اكلت والسكر نازل", Crisis.LOW_GLUCOSE),
        ("my sugar dropped to 2.3", Crisis.LOW_GLUCOSE),
        ("afraid im having a heart attack", Crisis.CHEST_PAIN),
        ("redd han skal slå meg", Crisis.VIOLENCE),
        ("je n'ai plus envie de vivre", Crisis.SELF_HARM),
        ("envie d'en finir", Crisis.SELF_HARM),
        ("pati mujhe maar dega agar main gayi", Crisis.VIOLENCE),
    ],
)
def test_what_begins_like_an_idiom_is_still_heard(text: str, crisis: Crisis) -> None:
    assert crisis_in(text) is crisis


def test_an_idiom_does_not_hide_what_is_meant_beside_it() -> None:
    assert crisis_in("dying for a cigarette, and i want to kill myself") is Crisis.SELF_HARM


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_nothing_a_person_can_type_raises(text: str) -> None:
    assert crisis_in(text) in {None, *Crisis}
