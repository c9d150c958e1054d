/** Lo que encuentran las comprobaciones de tarjetas y de lecturas con el teléfono (`findingsEs`). */
export const cardFindingsEs: Readonly<Record<string, string>> = {
  'not the number of a card: twelve letters and digits': 'no es el número de una tarjeta: doce letras y números',
  'no card with this number': 'ninguna tarjeta tiene este número',
  'the certificate names this card': 'el certificado nombra esta tarjeta',
  'the certificate names another card': 'el certificado nombra otra tarjeta',
  'the card is active': 'la tarjeta está activa',
  'the card is being made': 'la tarjeta se está preparando',
  'the card was ended at {}': 'la tarjeta terminó el {1}',
  'the last day of the card was {}': 'el último día de la tarjeta fue el {1}',
  'its card signed with the key': 'su tarjeta firmó con la llave',
  'no card proved the key': 'ninguna tarjeta demostró que tiene la llave',
  'the card signed fresh bytes with the key of its certificate':
    'la tarjeta firmó datos nuevos con la llave de su certificado',
  'the card has no signed list of what stands on it': 'la tarjeta no trae la lista firmada de su contenido',
  'the office signed what the card says of itself; what the PIN guards was not read':
    'la institución firmó lo que la tarjeta dice de sí; lo que pide NIP no se leyó',
  'what the office signed of another card': 'lo que la institución firmó es de otra tarjeta',
  'never finished: not among the cards in use, and nothing on it is signed':
    'no se terminó: no está entre las tarjetas en uso, y nada de lo que trae está firmado',
  'not what the office signed: {}': 'no es lo que la institución firmó: {1}',
  'the signed list is in another form, or of another signer': 'la lista firmada es de otra forma, o de otro firmante',
  'the signature of the list is wrong': 'la firma de la lista no es correcta',
  'no certificate of who signs what stands on cards': 'no hay certificado de quien firma el contenido de las tarjetas',
  'not a certificate': 'no es un certificado',
  'no list of its issuer': 'ninguna lista de quien lo emitió',
  'made at {}, which has not come here: the clock is wrong':
    'hecha el {1}, que aquí todavía no llega: el reloj está mal',
  'the lists are of {} and decided until {}': 'las listas son del {1} y decidían hasta el {2}',
  'the lists are of {} and decide until {}': 'las listas son del {1} y deciden hasta el {2}',
  'not among the cards in use: made since, or ended':
    'no está entre las tarjetas en uso: se hizo después, o ya no se usa',
  'among the cards in use': 'está entre las tarjetas en uso',
  'the photo is the one that the certificate binds': 'la fotografía es la que el certificado amarra',
  'made by a tag of ours': 'la hizo un chip nuestro',
  'no tag of ours made this address': 'ningún chip nuestro hizo esta dirección',
  'nobody used this tap before': 'nadie había usado esta lectura',
  'nobody used this tap before; {} before it were read, and not opened':
    'nadie había usado esta lectura; hubo {1} antes que nadie abrió',
  'this tap was used before, or a later one was': 'esta lectura ya se había usado, o una posterior',
  'a plain tag: anybody can copy what it holds': 'un chip sencillo: cualquiera puede copiar lo que guarda',
};
