package cadj.bench.groupnorm;

import cadj.bench.workload.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// Norms of the residual blocks by their place: images, channels, side. With latents of 32×32 the
/// UNet's move down by one.
public enum NormedSiluLayer {
  RESNET_16(2, 1280, 16),
  RESNET_64(2, 320, 64),
  RESNET_UP_64(2, 960, 64),
  RESNET_32(2, 640, 32),
  DECODER_512(1, 128, 512),
  SMALL_RESNET_32(2, 320, 32),
  SMALL_RESNET_16(2, 640, 16);

  private final int batch;
  private final int channels;
  private final int side;

  NormedSiluLayer(int batch, int channels, int side) {
    this.batch = batch;
    this.channels = channels;
    this.side = side;
  }

  public NormedSilu call() {
    Noise noise = new Noise();
    Shape shape = Shape.of(batch, channels, side, side);
    return new NormedSilu(
        Tensor.of(shape, noise.buffer(shape.elements())).channelsLast(),
        Tensor.of(Shape.of(channels), noise.buffer(channels)),
        Tensor.of(Shape.of(channels), noise.buffer(channels)));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d@%d %s".formatted(batch, channels, side, name());
  }
}
