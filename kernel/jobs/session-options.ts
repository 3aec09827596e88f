import {
	runsDirectory,
	type SessionOptions,
	session,
} from "../../experiment/session.ts";

/** How a session begins that is to be as this one. */
export function sessionOptions(): Pick<
	SessionOptions,
	| "rootSeed"
	| "seedOrigin"
	| "overrides"
	| "conditions"
	| "git"
	| "fail"
	| "jobs"
	| "vary"
	| "resume"
	| "code"
> {
	const {
		bootSeed,
		bootOrigin,
		overrides,
		conditions,
		git,
		fail,
		jobs,
		vary,
		resume,
		code,
	} = session();
	return {
		rootSeed: bootSeed,
		seedOrigin: bootOrigin,
		overrides,
		conditions,
		git,
		fail,
		jobs,
		vary,
		resume,
		code,
	};
}

/** Its members are recorded where this session records. */
export const startVariables = (): Record<string, string> => ({
	DEEPDIVA_RUNS: runsDirectory(),
});
