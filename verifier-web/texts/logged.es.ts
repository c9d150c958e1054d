/** Lo que se halló en la bitácora, y de los refrendos, que cuentan por ella. */
export const loggedEs: Readonly<Record<string, string>> = {
  'no checkpoint covers leaf {} yet': 'ninguna cabeza firmada alcanza todavía el asiento {1}',
  'leaf {} is in the log': 'el asiento {1} está en la bitácora',
  'the log does not show this leaf': 'la bitácora no muestra este asiento',
  'the leaf commits to this letter, its signed bytes and its signer':
    'el asiento corresponde a este oficio, a lo firmado y a quien firmó',
  'the leaf is not of this letter as it was signed': 'el asiento no es de este oficio como se firmó',
  'no leaf says that it was issued': 'ningún asiento dice que se emitió',
  'the leaf commits to certificate and profile': 'el asiento corresponde al certificado y al perfil',
  'the leaf is not of this credential': 'el asiento no es de esta credencial',

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
