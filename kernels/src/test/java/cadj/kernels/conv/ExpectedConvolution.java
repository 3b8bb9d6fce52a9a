package cadj.kernels.conv;

import static cadj.kernels.conv.Conv2dContract.absolute;
import static cadj.kernels.conv.Conv2dContract.assertClose;
import static cadj.kernels.conv.Conv2dContract.sizeWeight;
import static cadj.kernels.conv.Conv2dContract.sizeX;
import static cadj.kernels.conv.Conv2dContract.sizeY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Operands of a convolution, what the reference makes of them, and how large the terms of each sum
/// are together.
final class ExpectedConvolution {
  private static final int GUARD = 64;

  private final Conv2dShape s;
  private final DType stored;
  private final double factorRounding;
  private final F32 x;
  private final F32 weight;
  private final Conv2dAddends addends;
  private final F32 dy;
  private final Buffer[] values = new Buffer[3];
  private final Buffer[] sizes = new Buffer[3];

  /// @param stored type of the weight on the device
  /// @param factorRounding how far a product may be off, as a part of its size
  ExpectedConvolution(Conv2dShape s, DType stored, double factorRounding) {
    Random random = new Random(s.hashCode());
    this.s = s;
    this.stored = stored;
    this.factorRounding = factorRounding;
    this.x = random(sizeX(s), random);
    this.weight = random(sizeWeight(s), random);
    if (stored != DType.F32) {
      roundWeight();
    }
    this.addends =
        new Conv2dAddends(
            random.nextBoolean() ? random(s.co(), random) : null,
            random.nextBoolean() ? random(s.n() * s.co(), random) : null,
            random.nextBoolean() ? random(sizeY(s), random) : null);
    this.dy = random(sizeY(s), random);
    all(values, x, weight, addends, dy);
    all(
        sizes,
        absolute(x),
        absolute(weight),
        each(addends, Conv2dContract::absolute),
        absolute(dy));
  }

  private static F32 random(int length, Random random) {
    F32 values = F32.of(new float[length]);
    for (int i = 0; i < length; i++) {
      values.set(i, 2 * random.nextDouble() - 1);
    }
    return values;
  }

  private void roundWeight() {
    for (int i = 0; i < weight.length(); i++) {
      float w = (float) weight.get(i);
      weight.set(
          i,
          stored == DType.F16
              ? Float.float16ToFloat(Float.floatToFloat16(w))
              : Float.intBitsToFloat(Float.floatToRawIntBits(w) & 0xffff0000));
    }
  }

  private interface Change {
    Buffer of(Buffer addend);
  }

  private static Conv2dAddends each(Conv2dAddends addends, Change change) {
    Buffer bias = addends.bias();
    Buffer perImage = addends.perImage();
    Buffer residual = addends.residual();
    return new Conv2dAddends(
        bias == null ? null : change.of(bias),
        perImage == null ? null : change.of(perImage),
        residual == null ? null : change.of(residual));
  }

  private void all(Buffer[] results, Buffer x, Buffer weight, Conv2dAddends addends, Buffer dy) {
    Conv2dKernel reference = new Conv2dReference();
    results[0] = Buffer.allocate(DType.F64, dy.length());
    results[1] = Buffer.allocate(DType.F64, x.length());
    results[2] = Buffer.allocate(DType.F64, weight.length());
    reference.forward(s, results[0], x, weight, addends);
    reference.backwardData(s, results[1], dy, weight);
    reference.backwardWeight(s, results[2], dy, x);
  }

  /// Checks all three passes.
  ///
  /// @param misalignment of all buffers, in elements
  void check(Conv2dKernel kernel, Gpu gpu, int misalignment, String name) {
    List<GpuF32> uploaded = new ArrayList<>();
    Change toDevice = values -> upload(gpu, values, misalignment, uploaded);
    Buffer deviceX = toDevice.of(x);
    Buffer deviceWeight =
        stored == DType.F32 ? toDevice.of(weight) : uploadHalves(gpu, misalignment);
    Conv2dAddends deviceAddends = each(addends, toDevice);
    Buffer deviceDy = toDevice.of(dy);
    check(
        name + ", y",
        0,
        s.ci() * s.kh() * s.kw() + 3,
        gpu,
        misalignment,
        y -> kernel.forward(s, y, deviceX, deviceWeight, deviceAddends));
    check(
        name + ", dx",
        1,
        s.co() * s.kh() * s.kw(),
        gpu,
        misalignment,
        dx -> kernel.backwardData(s, dx, deviceDy, deviceWeight));
    check(
        name + ", dweight",
        2,
        s.n() * s.ho() * s.wo(),
        gpu,
        misalignment,
        dweight -> kernel.backwardWeight(s, dweight, deviceDy, deviceX));
    uploaded.forEach(gpu::free);
  }

  private void check(
      String name, int which, int terms, Gpu gpu, int misalignment, Consumer<GpuF32> run) {
    int length = values[which].length();
    F32 all = F32.of(new float[length + 2 * GUARD]);
    for (int i = 0; i < all.length(); i++) {
      all.set(i, i);
    }
    GpuF32 device = gpu.allocate(all.length());
    gpu.upload(device, all);
    run.accept(device.slice(GUARD + misalignment, length));
    gpu.download(all, device);
    gpu.free(device);
    for (int i = 0; i < all.length(); i++) {
      if (i < GUARD + misalignment || i >= GUARD + misalignment + length) {
        assertEquals(i, all.get(i), name + ": written outside of the output");
      }
    }
    F32 got = all.slice(GUARD + misalignment, length);
    assertClose(name, terms, factorRounding, values[which], sizes[which], got);
  }

  private static GpuF32 upload(Gpu gpu, Buffer values, int misalignment, List<GpuF32> uploaded) {
    GpuF32 whole = gpu.allocate(values.length() + misalignment);
    uploaded.add(whole);
    GpuF32 window = whole.slice(misalignment, values.length());
    gpu.upload(window, F32.of(values));
    return window;
  }

  private GpuHalf uploadHalves(Gpu gpu, int misalignment) {
    F32 padded = F32.of(new float[weight.length() + misalignment]);
    for (int i = 0; i < weight.length(); i++) {
      padded.set(misalignment + i, weight.get(i));
    }
    GpuHalf whole = HalfWeights.upload(gpu, padded, stored);
    gpu.freeOnceUnreachable(whole);
    return whole.slice(misalignment, weight.length());
  }
}
