package cadj.models.files;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A golden model's folder, copied, with one number of its weights changed.
public final class PlantedFolder {
  private PlantedFolder() {}

  /// Copies the parts of `model` (`sd1-tiny`) to `folder`.
  public static void copy(String model, Path folder) {
    Path source = requireNonNull(Golden.require(model + "/model_index.json").getParent());
    try (Stream<Path> all = Files.walk(source)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path name = source.relativize(file);
        if (!List.of("expected", "variants").contains(name.getName(0).toString())) {
          Path target = folder.resolve(name);
          Files.createDirectories(requireNonNull(target.getParent()));
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts `value` in the middle of one tensor of a weight file.
  ///
  /// @param file `vae/diffusion_pytorch_model`, in `folder`
  public static void plant(Path folder, String file, String key, float value) {
    Path path = folder.resolve(file + ".safetensors");
    Path changed = folder.resolve(file + ".changed");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile weights = SafetensorsFile.open(path)) {
      for (String name : weights.names()) {
        Tensor tensor = weights.tensor(name);
        if (name.equals(key)) {
          float[] values = tensor.to(DType.F32).toFloats();
          values[values.length / 2] = value;
          tensor = Tensor.of(values, tensor.shape().toArray());
        }
        writer.add(name, tensor);
      }
      writer.write(changed);
    }
    try {
      Files.delete(path);
      Files.move(changed, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
