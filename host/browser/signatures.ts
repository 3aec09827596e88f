import type * as node from "../signatures.ts";
import { needsNode } from "./needs-node.ts";

export type { KeyObject } from "../signatures.ts";

export const createPrivateKey =
	needsNode<typeof node.createPrivateKey>("a private key");
export const createPublicKey =
	needsNode<typeof node.createPublicKey>("a public key");
export const generateKeyPairSync =
	needsNode<typeof node.generateKeyPairSync>("a new key");
export const sign = needsNode<typeof node.sign>("signing");
export const verify = needsNode<typeof node.verify>("checking a signature");
