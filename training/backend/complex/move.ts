import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { backend_util } from "@tensorflow/tfjs-core";

/** Lets the backend in JavaScript take over complex tensors of another: it keeps real and imaginary parts apart, and takes them as one. */
export function moveComplex(backend: MathBackendCPU): void {
	const move = backend.move.bind(backend);
	backend.move = (dataId, values, shape, dtype, refCount) => {
		move(dataId, values, shape, dtype, refCount);
		if (dtype !== "complex64") return;
		const { real, imag } = backend_util.splitRealAndImagArrays(
			values as Float32Array,
		);
		const data = backend.data.get(dataId);
		Object.assign(data, {
			values: undefined,
			complexTensorInfos: {
				real: backend.makeTensorInfo(shape, "float32", real),
				imag: backend.makeTensorInfo(shape, "float32", imag),
			},
		});
	};
}
