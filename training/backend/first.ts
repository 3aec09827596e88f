/**
 * What has to be in place before any module takes operations of TensorFlow.js by
 * their names: Node keeps them as they are when a module first imports them. These
 * modules therefore `require` it.
 */
import "./seeding.ts";
import "./operations/elementwise.ts";
import "./operations/convolutions.ts";
