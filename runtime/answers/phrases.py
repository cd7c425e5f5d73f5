"""What a person is told whose answer is not what HEAR expects, in the languages that it speaks; else it is English."""

from collections.abc import Mapping
from typing import NamedTuple


class Expected(NamedTuple):
    """What an answer is to be: the id of a phrase, and the choices where it has any."""

    phrase: str
    choices: str = ""


PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "please": "Please answer with {}.",
        "gave_up": "Let us stop here: I did not understand your answers. Write again to begin anew.",
        "one_of": "one of these: {}",
        "only": "{}",
        "words": "some words",
        "password": "a password",
        "yes_or_no": "yes or no",
        "color": "a color, such as red or #ff8800",
        "language": "a language, such as English or pt-BR",
        "json": 'JSON, such as {"size": 3}',
        "integer": "a whole number, such as 3",
        "number": "a number, such as 3.5",
        "money": "an amount of money, such as 12.50",
        "date": "a date like 2026-03-31, or today or tomorrow",
        "time": "a time of day, such as 14:30 or 2:30 pm",
        "moment": "a day and a time, such as 2026-03-31 14:30 or tomorrow 9:00",
        "half": "{} in the morning or in the afternoon?",
        "name": "a name, such as Ana Souza",
        "email": "an e-mail address, such as ana@example.com",
        "phone": "a phone number with its country code, such as +55 11 91234-5678",
        "mobile": "a mobile number with its country code, such as +55 11 91234-5678",
        "url": "a web address, such as https://example.com",
        "postal_code": "a postal code, such as 10115",
        "cep": "a CEP of eight digits, such as 01310-100",
        "location": "a place as latitude and longitude, such as -8.05, -34.88",
        "file": "a file, or a link to it, such as https://example.com/prices.pdf",
        "image": "a picture, or a link to it, such as https://example.com/photo.jpg",
        "audio": "a voice message or other sound, or a link to it",
        "video": "a video, or a link to it, such as https://example.com/film.mp4",
        "document": "a document, or a link to it, such as https://example.com/prices.pdf",
        "cpf": "a CPF with its check digits, such as 390.533.447-05",
        "cnpj": "a CNPJ with its check digits, such as 16.727.230/0001-97",
        "card": "the number of a credit card, such as 4111 1111 1111 1111",
    },
    "pt": {
        "please": "Por favor, responda com {}.",
        "gave_up": "Vamos parar por aqui: não entendi as suas respostas. Escreva de novo para recomeçar.",
        "one_of": "uma destas opções: {}",
        "only": "{}",
        "words": "algumas palavras",
        "password": "uma senha",
        "yes_or_no": "sim ou não",
        "color": "uma cor, como red ou #ff8800",
        "language": "um idioma, como English ou pt-BR",
        "json": 'JSON, como {"size": 3}',
        "integer": "um número inteiro, como 3",
        "number": "um número, como 3,5",
        "money": "um valor em dinheiro, como 12,50",
        "date": "uma data como 31/03/2026, ou hoje ou amanhã",
        "time": "um horário, como 14:30",
        "moment": "um dia e um horário, como 31/03/2026 14:30 ou amanhã 9:00",
        "half": "{} da manhã ou da tarde?",
        "name": "um nome, como Ana Souza",
        "email": "um endereço de e-mail, como ana@example.com",
        "phone": "um telefone com o código do país, como +55 11 91234-5678",
        "mobile": "um celular com o código do país, como +55 11 91234-5678",
        "url": "um endereço da web, como https://example.com",
        "postal_code": "um código postal, como 10115",
        "cep": "um CEP de oito dígitos, como 01310-100",
        "location": "um lugar como latitude e longitude: -8.05, -34.88",
        "file": "um arquivo, ou um link para ele, como https://example.com/prices.pdf",
        "image": "uma foto, ou um link para ela, como https://example.com/photo.jpg",
        "audio": "uma mensagem de voz ou outro áudio, ou um link para ele",
        "video": "um vídeo, ou um link para ele, como https://example.com/film.mp4",
        "document": "um documento, ou um link para ele, como https://example.com/prices.pdf",
        "cpf": "um CPF com os dígitos verificadores, como 390.533.447-05",
        "cnpj": "um CNPJ com os dígitos verificadores, como 16.727.230/0001-97",
        "card": "o número de um cartão de crédito, como 4111 1111 1111 1111",
    },
    "es": {
        "please": "Por favor, responda con {}.",
        "gave_up": "Dejémoslo aquí: no entendí sus respuestas. Escriba de nuevo para volver a empezar.",
        "one_of": "una de estas opciones: {}",
        "only": "{}",
        "words": "unas palabras",
        "password": "una contraseña",
        "yes_or_no": "sí o no",
        "color": "un color, como red o #ff8800",
        "language": "un idioma, como English o pt-BR",
        "json": 'JSON, como {"size": 3}',
        "integer": "un número entero, como 3",
        "number": "un número, como 3,5",
        "money": "una cantidad de dinero, como 12,50",
        "date": "una fecha como 31/03/2026, o hoy o mañana",
        "time": "una hora, como 14:30",
        "moment": "un día y una hora, como 31/03/2026 14:30 o mañana 9:00",
        "half": "¿{} de la mañana o de la tarde?",
        "name": "un nombre, como Ana Souza",
        "email": "una dirección de correo, como ana@example.com",
        "phone": "un teléfono con el código del país, como +55 11 91234-5678",
        "mobile": "un móvil con el código del país, como +55 11 91234-5678",
        "url": "una dirección web, como https://example.com",
        "postal_code": "un código postal, como 10115",
        "cep": "un CEP de ocho dígitos, como 01310-100",
        "location": "un lugar como latitud y longitud: -8.05, -34.88",
        "file": "un archivo, o un enlace a él, como https://example.com/prices.pdf",
        "image": "una foto, o un enlace a ella, como https://example.com/photo.jpg",
        "audio": "un mensaje de voz u otro audio, o un enlace a él",
        "video": "un vídeo, o un enlace a él, como https://example.com/film.mp4",
        "document": "un documento, o un enlace a él, como https://example.com/prices.pdf",
        "cpf": "un CPF con sus dígitos de control, como 390.533.447-05",
        "cnpj": "un CNPJ con sus dígitos de control, como 16.727.230/0001-97",
        "card": "el número de una tarjeta de crédito, como 4111 1111 1111 1111",
    },
    "fr": {
        "please": "Merci de répondre par {}.",
        "gave_up": "Arrêtons-nous ici : je n'ai pas compris vos réponses. Écrivez à nouveau pour recommencer.",
        "one_of": "un de ces choix : {}",
        "only": "{}",
        "words": "quelques mots",
        "password": "un mot de passe",
        "yes_or_no": "oui ou non",
        "color": "une couleur, comme red ou #ff8800",
        "language": "une langue, comme English ou pt-BR",
        "json": 'du JSON, comme {"size": 3}',
        "integer": "un nombre entier, comme 3",
        "number": "un nombre, comme 3,5",
        "money": "un montant, comme 12,50",
        "date": "une date comme 31/03/2026, ou aujourd'hui ou demain",
        "time": "une heure, comme 14:30",
        "moment": "un jour et une heure, comme 31/03/2026 14:30 ou demain 9:00",
        "half": "{} heures du matin ou de l'après-midi ?",
        "name": "un nom, comme Ana Souza",
        "email": "une adresse e-mail, comme ana@example.com",
        "phone": "un téléphone avec l'indicatif du pays, comme +55 11 91234-5678",
        "mobile": "un portable avec l'indicatif du pays, comme +55 11 91234-5678",
        "url": "une adresse web, comme https://example.com",
        "postal_code": "un code postal, comme 10115",
        "cep": "un CEP de huit chiffres, comme 01310-100",
        "location": "un lieu comme latitude et longitude : -8.05, -34.88",
        "file": "un fichier, ou un lien vers lui, comme https://example.com/prices.pdf",
        "image": "une photo, ou un lien vers elle, comme https://example.com/photo.jpg",
        "audio": "un message vocal ou un autre son, ou un lien vers lui",
        "video": "une vidéo, ou un lien vers elle, comme https://example.com/film.mp4",
        "document": "un document, ou un lien vers lui, comme https://example.com/prices.pdf",
        "cpf": "un CPF avec ses chiffres de contrôle, comme 390.533.447-05",
        "cnpj": "un CNPJ avec ses chiffres de contrôle, comme 16.727.230/0001-97",
        "card": "le numéro d'une carte de crédit, comme 4111 1111 1111 1111",
    },
    "de": {
        "please": "Bitte antworten Sie mit: {}.",
        "gave_up": "Hören wir auf: Ich habe Sie nicht verstanden. Schreiben Sie wieder, dann geht es neu los.",
        "one_of": "eins davon: {}",
        "only": "{}",
        "words": "ein paar Wörter",
        "password": "ein Passwort",
        "yes_or_no": "ja oder nein",
        "color": "eine Farbe, etwa red oder #ff8800",
        "language": "eine Sprache, etwa English oder pt-BR",
        "json": 'JSON, etwa {"size": 3}',
        "integer": "eine ganze Zahl, etwa 3",
        "number": "eine Zahl, etwa 3,5",
        "money": "ein Geldbetrag, etwa 12,50",
        "date": "ein Datum wie 31.03.2026, oder heute oder morgen",
        "time": "eine Uhrzeit, etwa 14:30",
        "moment": "ein Tag und eine Uhrzeit, etwa 31.03.2026 14:30 oder morgen 9:00",
        "half": "{} Uhr morgens oder nachmittags?",
        "name": "ein Name, etwa Ana Souza",
        "email": "eine E-Mail-Adresse, etwa ana@example.com",
        "phone": "eine Telefonnummer mit Landesvorwahl, etwa +55 11 91234-5678",
        "mobile": "eine Handynummer mit Landesvorwahl, etwa +55 11 91234-5678",
        "url": "eine Webadresse, etwa https://example.com",
        "postal_code": "eine Postleitzahl, etwa 10115",
        "cep": "eine CEP mit acht Ziffern, etwa 01310-100",
        "location": "ein Ort als Breite und Länge: -8.05, -34.88",
        "file": "eine Datei oder ein Link zu ihr, etwa https://example.com/prices.pdf",
        "image": "ein Bild oder ein Link zu ihm, etwa https://example.com/photo.jpg",
        "audio": "eine Sprachnachricht oder eine andere Aufnahme, oder ein Link zu ihr",
        "video": "ein Video oder ein Link zu ihm, etwa https://example.com/film.mp4",
        "document": "ein Dokument oder ein Link zu ihm, etwa https://example.com/prices.pdf",
        "cpf": "eine CPF mit Prüfziffern, etwa 390.533.447-05",
        "cnpj": "eine CNPJ mit Prüfziffern, etwa 16.727.230/0001-97",
        "card": "die Nummer einer Kreditkarte, etwa 4111 1111 1111 1111",
    },
}
"""By language: the request, and what completes it; `{}` stands for the choices, or for what completes it."""


def shown(expected: Expected, language: str | None = None) -> str:
    """What is expected, in the person's language if it is one of ours."""
    return _spoken(language)[expected.phrase].replace("{}", expected.choices)


def please(expected: Expected, language: str | None = None) -> str:
    """The sentence that asks again."""
    if expected.phrase == "half":  # a question of its own
        return shown(expected, language)
    return _spoken(language)["please"].replace("{}", shown(expected, language))


def gave_up(language: str | None = None) -> str:
    """What a person is told whose answers were refused until the script ended."""
    return _spoken(language)["gave_up"]


def _spoken(language: str | None) -> Mapping[str, str]:
    return PHRASES.get((language or "en").partition("-")[0], PHRASES["en"])
