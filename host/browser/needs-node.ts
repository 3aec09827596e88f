/** Stands for what only Node can do, and says so to whoever asks for it. */
export function needsNode<T extends object>(name: string): T {
	const refuse = (): never => {
		throw new Error(`${name} needs Node; a browser has nothing like it`);
	};
	return new Proxy(refuse as unknown as T, {
		apply: refuse,
		construct: refuse,
		get: refuse,
	});
}
