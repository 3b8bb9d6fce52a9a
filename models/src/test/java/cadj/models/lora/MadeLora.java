package cadj.models.lora;

import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;

/// LoRA files of random numbers, for tests.
final class MadeLora {
  private final SafetensorsWriter writer = new SafetensorsWriter();
  private final TorchGenerator generator;

  MadeLora(long seed) {
    generator = new TorchGenerator(seed);
  }

  /// Random numbers, as stored in `dtype` and read again.
  Tensor add(String key, DType dtype, int... dims) {
    Tensor values = TextToImage.noise(Shape.of(dims), generator);
    writer.add(key, dtype, values);
    return values;
  }

  Tensor add(String key, int... dims) {
    return add(key, DType.F32, dims);
  }

  MadeLora add(String key, Tensor values) {
    writer.add(key, values);
    return this;
  }

  MadeLora alpha(String key, float alpha) {
    return add(key, Tensor.scalar(alpha));
  }

  MadeLora metadata(String key, String value) {
    writer.metadata(key, value);
    return this;
  }

  Path write(Path file) {
    writer.write(file);
    return file;
  }
}
