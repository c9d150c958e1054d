/** A rule that a body breaks, found before a key touches it. */
export interface Finding {
  /** `certificate/serial-entropy`, `crl/number` …: stable, for tests and telemetry. */
  readonly rule: string;
  /** What was found, in English: never personal data. */
  readonly detail: string;
}
