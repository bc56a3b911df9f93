/** Bits as users see them: `0x0f`. */
export const hex = (value: number, digits = 2): string => `0x${value.toString(16).padStart(digits, '0')}`;
