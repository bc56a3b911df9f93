/** Why no device could be opened. */
export type OpenGpuErrorCode = 'no-webgpu' | 'no-adapter' | 'no-device';

/** A GPU that cannot be opened. The message is for users. */
export class OpenGpuError extends Error {
  override readonly name = 'OpenGpuError';
  readonly code: OpenGpuErrorCode;

  constructor(code: OpenGpuErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
