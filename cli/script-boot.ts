/**
 * By this a replay tells `deepdiva run` which seed to start with and which run
 * to record.
 */
export const SCRIPT_BOOT_VARIABLE = "DEEPDIVA_SCRIPT_BOOT";
