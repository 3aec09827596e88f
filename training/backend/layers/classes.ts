import {
	type serialization as Serialization,
	serialization,
	type Tensor,
	version_core,
} from "@tensorflow/tfjs-core";
import { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { inspect } from "../../../host/inspect.ts";

export type Shape = (number | null)[];

/** What a layer is called with beside its inputs. */
export interface CallArguments {
	mask?: Tensor | null;
	training?: boolean | null;
	[name: string]: unknown;
}

export type Inputs = Tensor | Tensor[];

/** What tfjs-layers has in every layer, some of it declared private. */
export interface AnyLayer {
	readonly name: string;
	readonly supportsMasking: boolean;
	readonly inboundNodes: layers.Layer["inboundNodes"];
	built: boolean;
	apply(inputs: unknown, args?: CallArguments): unknown;
	build(shape: Shape | Shape[]): void;
	call(inputs: Inputs, args: CallArguments): Inputs;
	computeMask(
		inputs: Inputs,
		mask?: Tensor | null | (Tensor | null)[],
	): Tensor | null | (Tensor | null)[];
	computeOutputShape(shape: Shape | Shape[]): Shape | Shape[];
	getConfig(): Serialization.ConfigDict;
}

type Entry =
	(typeof serialization.SerializationMap.prototype.classNameMap)[string];

function entryOf(name: string): Entry {
	const { classNameMap } = serialization.SerializationMap.getMap();
	const entry = classNameMap[name];
	if (!entry)
		throw new Error(
			`@tensorflow/tfjs-layers for ${version_core} has no class ${name} to mend.`,
		);
	return entry;
}

/** The prototype of a class of tfjs-layers, by the name that models are saved under. */
export const prototypeOf = <T extends object = AnyLayer>(name: string): T =>
	entryOf(name)[0].prototype as T;

/** What a class is derived from. */
export const parentOf = <T extends object>(prototype: object): T =>
	Object.getPrototypeOf(prototype) as T;

/** The class of what holds layers, which tfjs does not export. A model is one, and a layer, too. */
export const Container = Object.getPrototypeOf(
	LayersModel,
) as typeof LayersModel;

/** Puts a method in the place of another. */
export function mend<T extends object, Name extends keyof T>(
	owner: T,
	name: Name,
	make: (original: T[Name]) => T[Name],
): void {
	Object.defineProperty(owner, name, {
		value: make(owner[name]),
		configurable: true,
		writable: true,
		enumerable: true,
	});
}

/** Puts a getter in the place of another. */
export function mendGetter<T extends object>(
	owner: T,
	name: string,
	get: (this: T) => unknown,
): void {
	Object.defineProperty(owner, name, { get, configurable: true });
}

type Config = Record<string, unknown>;
type Function = (...args: never[]) => object;

/**
 * Changes what is made by a factory of tf.layers, and from a configuration:
 * constructors cannot be replaced.
 */
export function mendMaking(
	factory: keyof typeof layers,
	className: string,
	make: (config: Config, original: (config: Config) => object) => object,
): void {
	const factories = layers as unknown as Record<
		string,
		(config: Config) => object
	>;
	const original = factories[factory] as (config: Config) => object;
	factories[factory] = Object.defineProperty(
		(config: Config) => make(config, original),
		"name",
		{ value: factory },
	);
	const entry = entryOf(className);
	const fromConfig = entry[1];
	entry[1] = ((cls: never, config: Config, ...rest: never[]) =>
		make(config, (own) =>
			(fromConfig as unknown as Function)(cls, own as never, ...rest),
		)) as never;
}

/** Changes what every factory of tf.layers makes. Classes are there, too, and stay. */
export function mendFactories(
	mended: (
		name: string,
		make: (...args: unknown[]) => object,
	) => (...args: unknown[]) => object,
): void {
	const all = layers as unknown as Record<
		string,
		(...args: unknown[]) => object
	>;
	for (const [name, make] of Object.entries(all))
		if (!/^[A-Z]/.test(name))
			all[name] = Object.defineProperty(mended(name, make), "name", {
				value: name,
			});
}

/** The one tensor of a call. */
export const only = (inputs: Inputs): Tensor =>
	Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs;

/** The one shape. */
export const onlyShape = (shape: Shape | Shape[]): Shape =>
	(Array.isArray(shape[0]) ? [...(shape[0] as Shape)] : [...shape]) as Shape;

/** An axis counted from the start. @throws UsageError where there is none */
export function axisOf(axis: number, rank: number): number {
	const at = axis < 0 ? axis + rank : axis;
	if (Number.isInteger(axis) && at >= 0 && at < rank) return at;
	throw new UsageError(
		`there is no axis ${inspect(axis)} in a tensor of ${rank} axes: they count from 0, or from -1 backwards`,
	);
}
