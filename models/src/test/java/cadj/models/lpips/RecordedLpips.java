package cadj.models.lpips;

import cadj.kernels.device.DType;
import cadj.models.FormulaWeights;
import cadj.models.files.LpipsFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The network of the recordings: AlexNet by formula, the published linear layers.
public final class RecordedLpips {
  private static final String LIN = "lin%d.model.1.weight";

  private RecordedLpips() {}

  public static JsonObject recording() {
    return JsonFile.read(Golden.require("metrics/lpips.json"));
  }

  public static SafetensorsFile values() {
    return Golden.open("metrics/lpips.safetensors");
  }

  /// Under torchvision's names.
  static SequencedMap<String, Tensor> alexnet() {
    JsonObject names = recording().object("torchvision_names");
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    FormulaWeights.of(recording().list("weights"))
        .forEach((name, tensor) -> out.put(names.string(name), tensor));
    return out;
  }

  static Path lin(Path folder) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile values = values()) {
      for (int l = 0; l < AlexNetFeatures.CHANNELS.size(); l++) {
        tensors.put(LIN.formatted(l), values.tensor(LIN.formatted(l)));
      }
    }
    return file(folder.resolve("lin.safetensors"), tensors);
  }

  static Path file(Path file, SequencedMap<String, Tensor> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((key, tensor) -> writer.add(key, DType.F32, tensor));
    writer.write(file);
    return file;
  }

  /// Read from files in `folder`, with AlexNet's classifier beside its features, as it is
  /// published.
  public static LpipsNetwork network(Path folder) {
    SequencedMap<String, Tensor> tensors = alexnet();
    tensors.put("classifier.6.bias", Tensor.of(new float[3], 3));
    return LpipsFiles.load(file(folder.resolve("alexnet.safetensors"), tensors), lin(folder));
  }
}
