package cadj.bench.conv;

import cadj.bench.conv.Convolution.Pass;
import cadj.bench.workload.Noise;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;

/// 3×3 convolutions of UNet and decoder by their place: side of the image, channels in and out,
/// stride. With latents of 32×32 everything moves down by one.
public enum ConvolutionLayer {
  RESNET_16(16, 1280, 1280, 1),
  RESNET_64(64, 320, 320, 1),
  DOWNSAMPLE_64(64, 320, 320, 2),
  RESNET_32(32, 640, 640, 1),
  RESNET_UP_8(8, 2560, 1280, 1),
  DECODER_256(256, 128, 128, 1),
  SMALL_RESNET_32(32, 320, 320, 1),
  SMALL_RESNET_16(16, 640, 640, 1),
  SMALL_RESNET_8(8, 1280, 1280, 1),
  SMALL_RESNET_UP_4(4, 2560, 1280, 1);

  private final int side;
  private final int ci;
  private final int co;
  private final int stride;

  ConvolutionLayer(int side, int ci, int co, int stride) {
    this.side = side;
    this.ci = ci;
    this.co = co;
    this.stride = stride;
  }

  public Convolution convolution(Pass pass, int batch) {
    Conv2dShape shape =
        new Conv2dShape(batch, ci, side, side, co, 3, 3, stride, stride, 1, 1, 1, 1, 1);
    Noise noise = new Noise();
    Buffer x = noise.buffer(batch * side * side * ci);
    Buffer weight = noise.buffer(co * ci * 9);
    Buffer bias = noise.buffer(co);
    Buffer y = noise.buffer(batch * shape.ho() * shape.wo() * co);
    Buffer out = noise.buffer(pass.result(x, weight, y).length());
    return new Convolution(pass, shape, x, weight, bias, y, out);
  }

  /// Batches that occur: two in guided denoising, one picture in the decoder.
  int batches() {
    return this == DECODER_256 ? 1 : 2;
  }

  /// Sizes and name.
  String shape(int batch) {
    return "%d×%d→%d@%d%s %s"
        .formatted(batch, ci, co, side, stride == 1 ? "" : "/" + stride, name());
  }
}
