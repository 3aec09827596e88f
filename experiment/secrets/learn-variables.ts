import { onVariableSet } from "../leaks/environment-reads.ts";
import { session } from "../session.ts";

/** From now on the session learns the secrets among variables that code sets, and among those that it takes away. */
export function learnVariables(): void {
	onVariableSet((name, value) =>
		session().redactor.learnEnvironment({ [name]: value }),
	);
}
