import type { LoginsCode } from '../texts/code.ts';
import type { ProblemStatus } from './problem-status.ts';

/** Nobody is logged in is 403 throughout: 401 is for schemes of HTTP authentication (RFC 9110 §15.5.2). */
export const LOGIN_STATUS_OF: Readonly<Record<LoginsCode, ProblemStatus>> = {
  'login/challenge-over': 409,
  'login/passkey-unknown': 403,
  'login/declined': 403,
  'login/elsewhere': 403,
  'session/over': 403,
  'session/changed': 403,
  'session/unknown': 404,
  'invitation/enrolled-already': 409,
  'invitation/roles': 422,
  'invitation/unknown': 404,
  'invitation/expired': 409,
  'invitation/used': 409,
  'invitation/code-wrong': 403,
  'invitation/closed': 409,
  'invitation/not-opened': 403,
  'invitation/key-in-use': 409,
  'invitation/not-pending': 404,
  'device/unknown': 404,
  'device/another-passkey': 403,
  'device/host': 422,
};
