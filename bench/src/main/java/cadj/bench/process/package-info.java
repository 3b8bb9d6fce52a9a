/// Whole steps of denoisers in processes of their own, peers' and ours, one after the other: in one
/// process with everything else, the models of both would not fit a common machine's memory.
///
/// Read [StepsProcess] first; the scripts that PyTorch runs are `unet_torch.py` and `sd3_torch.py`
/// in `bench/src/peers/python/`; ONNX Runtime runs [OnnxTurn].
@NullMarked
package cadj.bench.process;

import org.jspecify.annotations.NullMarked;
