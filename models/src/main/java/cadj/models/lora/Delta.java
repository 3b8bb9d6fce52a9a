package cadj.models.lora;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MatMul.matmul;

import cadj.autograd.graph.Tape;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;

/// What a LoRA adds to one weight, not yet computed:
///
/// ```
/// linear:       W [out,in] + factor · up [out,r] · down [r,in]
/// convolution:  W [out,in,kh,kw] + factor · up [out,r,1,1] · down [r,in,kh,kw]
/// ```
///
/// A convolution's product is that of the matrices [out,r] and [r,in·kh·kw]: first the kernel
/// `down`, then the 1×1 convolution `up`. Linear layers and 1×1 convolutions may stand for each
/// other, as they differ between models of one family.
///
/// @param down key in the LoRA's file
/// @param up key in the LoRA's file
/// @param factor scale · alpha/rank
record Delta(String down, String up, double factor) {
  /// Of a module that is found in the model.
  ///
  /// @param weight shape of W
  /// @throws FileFormatException if the tensors do not fit W
  static Delta of(
      LoraFile file,
      LoraFile.Module module,
      String part,
      String dotted,
      Shape weight,
      double scale) {
    Shape down = file.tensors().shape(module.down());
    Shape up = file.tensors().shape(module.up());
    int rank = down.rank() == 0 ? 0 : down.dim(0);
    requireFloat(file, module.down());
    requireFloat(file, module.up());
    if (rank == 0 || !fits(down, weight.with(0, rank))) {
      throw file.error(
          module.down(), "[rank,…] as of %s %s".formatted(dotted, weight), "shape " + down);
    }
    Shape expected =
        weight.rank() == 4 ? Shape.of(weight.dim(0), rank, 1, 1) : Shape.of(weight.dim(0), rank);
    if (!fits(up, expected)) {
      throw file.error(module.up(), "shape " + expected, "shape " + up);
    }
    double factor = scale * file.scaling(module, part, dotted, rank);
    return new Delta(module.down(), module.up(), factor);
  }

  private static void requireFloat(LoraFile file, String key) {
    if (!file.tensors().dtype(key).isFloat()) {
      throw file.error(key, "floating-point numbers", file.tensors().dtype(key).toString());
    }
  }

  /// Equal but for a 1×1 kernel.
  private static boolean fits(Shape found, Shape expected) {
    return plain(found).equals(plain(expected));
  }

  /// A 1×1 kernel as a matrix.
  private static Shape plain(Shape shape) {
    boolean single = shape.rank() == 4 && shape.dim(2) == 1 && shape.dim(3) == 1;
    return single ? Shape.of(shape.dim(0), shape.dim(1)) : shape;
  }

  /// W with this added, in single precision or W's if that is double. Computed on the host, so that
  /// a model has the same weights on every device.
  Tensor addTo(Tensor w, Checkpoint file) {
    return Device.with(
            Device.host(),
            () ->
                Tape.noGrad(
                    () ->
                        Scope.keep(
                            "merge " + down,
                            () -> {
                              Tensor a = factor(file, down, w.dtype());
                              Tensor b = factor(file, up, w.dtype());
                              int rank = a.dim(0);
                              Tensor product =
                                  matmul(
                                      scale(b.reshape(-1, rank), (float) factor),
                                      a.reshape(rank, -1));
                              return add(w.cpu(), product.reshape(w.shape()));
                            })))
        .onCurrentDevice();
  }

  /// @throws FileFormatException if a number is not finite
  private static Tensor factor(Checkpoint file, String key, DType dtype) {
    Tensor tensor = file.tensor(key).to(dtype);
    for (double value : tensor.toDoubles()) {
      if (!Double.isFinite(value)) {
        throw new FileFormatException(file.path(), key, "finite numbers", Double.toString(value));
      }
    }
    return tensor;
  }
}
