/** Lo que se halló en la bitácora, y de los refrendos, que cuentan por ella. */
export const loggedEs: Readonly<Record<string, string>> = {
  'no checkpoint covers leaf {} yet': 'ninguna cabeza firmada alcanza todavía el asiento {1}',
  'leaf {} is in the log': 'el asiento {1} está en la bitácora',
  'the log does not show this leaf': 'la bitácora no muestra este asiento',
  'the leaf commits to this file as the public version of the letter':
    'el asiento es de este archivo, como versión pública del oficio',
  'the leaf is not of this file': 'el asiento no es de este archivo',
  'the leaf commits to this letter, its signed bytes and its signer':
    'el asiento corresponde a este oficio, a lo firmado y a quien firmó',
  'the leaf is not of this letter as it was signed': 'el asiento no es de este oficio como se firmó',
  'no leaf says that it was issued': 'ningún asiento dice que se emitió',
  'the leaf commits to certificate and profile': 'el asiento corresponde al certificado y al perfil',
  'the leaf is not of this credential': 'el asiento no es de esta credencial',

  // Quién autorizó.
  'leaf {} was authorised by those who may, approved up to the founders':
    'el asiento {1} lo autorizó quien podía, aprobado por otros hasta los fundadores',
  'leaf {} does not commit to its evidence': 'el asiento {1} no corresponde a su autorización',
  'nobody who may authorised leaf {}: {}': 'nadie que pudiera autorizó el asiento {1}: {2}',
  'nobody can read any more, or not yet, who authorised leaf {}':
    'ya nadie puede leer, o todavía no, quién autorizó el asiento {1}',
  'there is no evidence that counts': 'no hay autorización que cuente',
  'the evidence cannot be read': 'la autorización no se puede leer',
  'something else was authorised': 'se autorizó otra cosa',
  'it was authorised over a later log': 'se autorizó sobre una bitácora posterior',
  'the log shows no such person before it': 'antes de él la bitácora no muestra a esa persona',
  'not an assertion of that passkey over this act': 'no lo confirmó esa llave de acceso',
  'no two approvers of that person lead to the founders':
    'a esa persona no la aprobaron dos personas que lleven a los fundadores',
  'the role is missing, or a second person': 'falta el permiso, o una segunda persona',
  'a copy of an act that was done before': 'es copia de un acto que ya se hizo',
  'their access had ended or changed': 'su acceso había terminado o cambiado',
  'no card with it became active': 'ninguna tarjeta quedó activa con él',
  'its card became active with it': 'su tarjeta quedó activa con él',
  'its card became active without it': 'su tarjeta quedó activa sin él',
  'authorised for this certificate': 'se autorizó para este certificado',
  'authorised for another certificate': 'se autorizó para otro certificado',
  'signed with the certificate of the register': 'se firmó con el certificado del registro',
  'signed with another certificate': 'se firmó con otro certificado',
  'willed by the signer': 'lo quiso quien firma',
  'willed by somebody else than the signer': 'lo quiso alguien que no es quien firma',

  // Los refrendos.
  'the leaf commits to this countersignature, its signed bytes and its signer':
    'el asiento corresponde a este refrendo, a lo firmado y a quien firmó',
  'the leaf is not of this countersignature as it was made': 'el asiento no es de este refrendo como se hizo',
  'number {}, registered': 'refrendo número {1}, registrado',
  'a countersignature that the register does not know: the alarm of a stolen key':
    'un refrendo que el registro no conoce: la alarma de una llave robada',
  'nobody can read any more what leaf {} says of it': 'ya nadie puede leer lo que el asiento {1} dice de él',
  'not signed with a certificate of ours': 'no lo firmó un certificado nuestro',
  'number {} counts: its signer was allowed to sign then':
    'el refrendo número {1} cuenta: quien lo firmó podía hacerlo entonces',
  'number {} does not count: {}': 'el refrendo número {1} no cuenta: {2}',
};
