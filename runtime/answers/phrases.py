"""What HEAR says when an answer is not what it expects, in the languages that it speaks; else it is English."""

from collections.abc import Mapping

PLEASE: Mapping[str, str] = {
    "en": "Please answer with {}.",
    "pt": "Por favor, responda com {}.",
    "es": "Por favor, responda con {}.",
    "fr": "Merci de répondre par {}.",
    "de": "Bitte antworten Sie mit: {}.",
}

_ONE_OF = {
    "pt": "uma destas opções: ",
    "es": "una de estas opciones: ",
    "fr": "un de ces choix : ",
    "de": "eins davon: ",
}

EXPECTED: Mapping[str, tuple[str, str, str, str]] = {
    "some words": ("algumas palavras", "unas palabras", "quelques mots", "ein paar Wörter"),
    "a password": ("uma senha", "una contraseña", "un mot de passe", "ein Passwort"),
    "yes or no": ("sim ou não", "sí o no", "oui ou non", "ja oder nein"),
    "a color, such as red or #ff8800": (
        "uma cor, como red ou #ff8800",
        "un color, como red o #ff8800",
        "une couleur, comme red ou #ff8800",
        "eine Farbe, etwa red oder #ff8800",
    ),
    "a language, such as English or pt-BR": (
        "um idioma, como English ou pt-BR",
        "un idioma, como English o pt-BR",
        "une langue, comme English ou pt-BR",
        "eine Sprache, etwa English oder pt-BR",
    ),
    'JSON, such as {"size": 3}': (
        'JSON, como {"size": 3}',
        'JSON, como {"size": 3}',
        'du JSON, comme {"size": 3}',
        'JSON, etwa {"size": 3}',
    ),
    "a whole number, such as 3": (
        "um número inteiro, como 3",
        "un número entero, como 3",
        "un nombre entier, comme 3",
        "eine ganze Zahl, etwa 3",
    ),
    "a number, such as 3.5": (
        "um número, como 3,5",
        "un número, como 3,5",
        "un nombre, comme 3,5",
        "eine Zahl, etwa 3,5",
    ),
    "an amount of money, such as 12.50": (
        "um valor em dinheiro, como 12,50",
        "una cantidad de dinero, como 12,50",
        "un montant, comme 12,50",
        "ein Geldbetrag, etwa 12,50",
    ),
    "a date like 2026-03-31, or today or tomorrow": (
        "uma data como 31/03/2026, ou hoje ou amanhã",
        "una fecha como 31/03/2026, o hoy o mañana",
        "une date comme 31/03/2026, ou aujourd'hui ou demain",
        "ein Datum wie 31.03.2026, oder heute oder morgen",
    ),
    "a time of day, such as 14:30 or 2:30 pm": (
        "um horário, como 14:30",
        "una hora, como 14:30",
        "une heure, comme 14:30",
        "eine Uhrzeit, etwa 14:30",
    ),
    "a day and a time, such as 2026-03-31 14:30 or tomorrow 9:00": (
        "um dia e um horário, como 31/03/2026 14:30 ou amanhã 9:00",
        "un día y una hora, como 31/03/2026 14:30 o mañana 9:00",
        "un jour et une heure, comme 31/03/2026 14:30 ou demain 9:00",
        "ein Tag und eine Uhrzeit, etwa 31.03.2026 14:30 oder morgen 9:00",
    ),
    "a name, such as Ana Souza": (
        "um nome, como Ana Souza",
        "un nombre, como Ana Souza",
        "un nom, comme Ana Souza",
        "ein Name, etwa Ana Souza",
    ),
    "an e-mail address, such as ana@example.com": (
        "um endereço de e-mail, como ana@example.com",
        "una dirección de correo, como ana@example.com",
        "une adresse e-mail, comme ana@example.com",
        "eine E-Mail-Adresse, etwa ana@example.com",
    ),
    "a phone number with its country code, such as +55 11 91234-5678": (
        "um telefone com o código do país, como +55 11 91234-5678",
        "un teléfono con el código del país, como +55 11 91234-5678",
        "un téléphone avec l'indicatif du pays, comme +55 11 91234-5678",
        "eine Telefonnummer mit Landesvorwahl, etwa +55 11 91234-5678",
    ),
    "a mobile number with its country code, such as +55 11 91234-5678": (
        "um celular com o código do país, como +55 11 91234-5678",
        "un móvil con el código del país, como +55 11 91234-5678",
        "un portable avec l'indicatif du pays, comme +55 11 91234-5678",
        "eine Handynummer mit Landesvorwahl, etwa +55 11 91234-5678",
    ),
    "a web address, such as https://example.com": (
        "um endereço da web, como https://example.com",
        "una dirección web, como https://example.com",
        "une adresse web, comme https://example.com",
        "eine Webadresse, etwa https://example.com",
    ),
    "a postal code, such as 10115": (
        "um código postal, como 10115",
        "un código postal, como 10115",
        "un code postal, comme 10115",
        "eine Postleitzahl, etwa 10115",
    ),
    "a CEP of eight digits, such as 01310-100": (
        "um CEP de oito dígitos, como 01310-100",
        "un CEP de ocho dígitos, como 01310-100",
        "un CEP de huit chiffres, comme 01310-100",
        "eine CEP mit acht Ziffern, etwa 01310-100",
    ),
    "a place as latitude and longitude, such as -8.05, -34.88": (
        "um lugar como latitude e longitude: -8.05, -34.88",
        "un lugar como latitud y longitud: -8.05, -34.88",
        "un lieu comme latitude et longitude : -8.05, -34.88",
        "ein Ort als Breite und Länge: -8.05, -34.88",
    ),
    "a link to the file, such as https://example.com/photo.jpg": (
        "um link para o arquivo, como https://example.com/photo.jpg",
        "un enlace al archivo, como https://example.com/photo.jpg",
        "un lien vers le fichier, comme https://example.com/photo.jpg",
        "ein Link zur Datei, etwa https://example.com/photo.jpg",
    ),
    "a CPF with its check digits, such as 390.533.447-05": (
        "um CPF com os dígitos verificadores, como 390.533.447-05",
        "un CPF con sus dígitos de control, como 390.533.447-05",
        "un CPF avec ses chiffres de contrôle, comme 390.533.447-05",
        "eine CPF mit Prüfziffern, etwa 390.533.447-05",
    ),
    "a CNPJ with its check digits, such as 16.727.230/0001-97": (
        "um CNPJ com os dígitos verificadores, como 16.727.230/0001-97",
        "un CNPJ con sus dígitos de control, como 16.727.230/0001-97",
        "un CNPJ avec ses chiffres de contrôle, comme 16.727.230/0001-97",
        "eine CNPJ mit Prüfziffern, etwa 16.727.230/0001-97",
    ),
    "the number of a credit card, such as 4111 1111 1111 1111": (
        "o número de um cartão de crédito, como 4111 1111 1111 1111",
        "el número de una tarjeta de crédito, como 4111 1111 1111 1111",
        "le numéro d'une carte de crédit, comme 4111 1111 1111 1111",
        "die Nummer einer Kreditkarte, etwa 4111 1111 1111 1111",
    ),
}
"""What a kind of answer expects, in English, and in the other languages of PLEASE in their order."""

_LANGUAGES = tuple(language for language in PLEASE if language != "en")


def please(expected: str, language: str | None) -> str:
    """The sentence that asks again, in the person's language if it is one of ours."""
    code = (language or "en").partition("-")[0]
    if code not in _LANGUAGES:
        return PLEASE["en"].format(expected)
    if expected.startswith("one of these: "):
        return PLEASE[code].format(_ONE_OF[code] + expected.removeprefix("one of these: "))
    own = EXPECTED.get(expected)
    return PLEASE[code].format(expected if own is None else own[_LANGUAGES.index(code)])
