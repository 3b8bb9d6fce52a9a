package cadj.models.denoiser;

import cadj.kernels.device.CaptureRefusedException;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Graph;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The layers of a network's pass as a graph of a GPU, with the places that it reads its inputs
/// from and writes its result to.
final class RecordedPass implements AutoCloseable {
  private final Gpu gpu;
  private final List<GpuF32> buffers = new ArrayList<>();
  private final Tensor latents;
  private final ProjectedNumbers numbers;
  private final Conditioning conditioning;
  private final Tensor result;
  private final Graph graph;

  /// Records the pass for inputs like these.
  ///
  /// @param result how the prediction is to lie
  /// @throws CaptureRefusedException if that cannot be
  RecordedPass(
      Gpu gpu,
      DenoisingNetwork network,
      Tensor latents,
      ProjectedNumbers numbers,
      Conditioning conditioning,
      Layout result) {
    this.gpu = gpu;
    try {
      this.latents = place(latents.layout());
      this.numbers =
          new ProjectedNumbers(place(numbers.timesteps().layout()), placeLike(numbers.timeIds()));
      this.conditioning =
          new Conditioning(
              place(conditioning.text().layout()),
              placeLike(conditioning.pooled()),
              conditioning.timeIds());
      this.result = place(result);
      graph =
          gpu.capture(
              () ->
                  Scope.run(
                      "recorded pass",
                      () ->
                          this.result.copyFrom(
                              network.forward(this.latents, this.numbers, this.conditioning))));
    } catch (RuntimeException | Error e) {
      buffers.forEach(gpu::free);
      throw e;
    }
  }

  /// Memory of no scope, for values that lie so.
  private Tensor place(Layout layout) {
    GpuF32 buffer = gpu.allocate(layout.shape().elements());
    buffers.add(buffer);
    return Tensor.of(Shape.of(buffer.length()), buffer).view(layout.denseLike());
  }

  private @Nullable Tensor placeLike(@Nullable Tensor tensor) {
    return tensor == null ? null : place(tensor.layout());
  }

  /// Takes these inputs, which lie in memory as those that it was recorded for.
  void fill(Tensor latents, ProjectedNumbers numbers, Conditioning conditioning) {
    this.latents.copyFrom(latents);
    this.numbers.timesteps().copyFrom(numbers.timesteps());
    fill(this.numbers.timeIds(), numbers.timeIds());
    this.conditioning.text().copyFrom(conditioning.text());
    fill(this.conditioning.pooled(), conditioning.pooled());
  }

  /// The prediction for the inputs it was filled with.
  Tensor replay() {
    Tensor prediction = result.emptyLike();
    graph.replay();
    prediction.copyFrom(result);
    return prediction;
  }

  private static void fill(@Nullable Tensor place, @Nullable Tensor values) {
    if (place != null && values != null) {
      place.copyFrom(values);
    }
  }

  @Override
  public void close() {
    graph.close();
    buffers.forEach(gpu::free);
  }
}
