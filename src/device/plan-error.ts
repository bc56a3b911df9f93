/** Why a plan could not be loaded or run. */
export type PlanErrorCode = 'compile' | 'limit' | 'validation' | 'out-of-memory' | 'lost';

/** A plan that the device refused or could not finish. The message is for users. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly code: PlanErrorCode;
  /** One entry a finding: compile errors as `file:line:column: message`, else the reason alone. */
  readonly messages: readonly string[];

  /** @param summary the sentence in front of the messages; they alone make the message where it is absent. */
  constructor(code: PlanErrorCode, messages: readonly string[], summary?: string) {
    super([...(summary === undefined ? [] : [summary]), ...messages].join('\n'));
    this.code = code;
    this.messages = messages;
  }
}
