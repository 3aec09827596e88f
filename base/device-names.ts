/**
 * Names that Windows keeps for devices, whatever extension follows.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\.|$)/i;

/** Is one part of a path a device on Windows? */
export const isDeviceName = (part: string): boolean => DEVICE.test(part);
