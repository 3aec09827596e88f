/**
 * What Windows keeps for devices, with any ending.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\.|$)/i;

/** Is one part of a path a device on Windows? */
export const isDeviceName = (part: string): boolean => DEVICE.test(part);
