package cadj.cad.inspect;

import cadj.kernels.device.DType;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.torch.TorchFile;
import cadj.tensor.weights.WeightFiles;
import cadj.tensor.weights.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Any file of tensors, or several under an index: metadata, and name, type, shape and size of
/// every tensor.
///
/// @param kind for machines
/// @param form for people
record TensorsReport(
    Path path, String kind, String form, Map<String, String> metadata, List<StoredTensor> tensors)
    implements Report {

  /// One tensor as it is stored.
  private record StoredTensor(String name, DType dtype, List<Long> dims) {
    long elements() {
      return dims.stream().reduce(1L, Math::multiplyExact);
    }

    long bytes() {
      return elements() * dtype.bytes();
    }
  }

  static TensorsReport of(Path path) {
    return switch (WeightFormat.of(path)) {
      case SAFETENSORS -> {
        try (SafetensorsFile file = SafetensorsFile.open(path)) { // which may hold no tensors
          yield of(file, "safetensors", "safetensors file");
        }
      }
      case TORCH -> {
        try (TorchFile file = TorchFile.open(path)) {
          yield of(file, "torch", "file of torch.save");
        }
      }
      case INDEX -> {
        try (Checkpoint weights = WeightFiles.open(path)) {
          yield of(weights, "safetensors", "index of several files");
        }
      }
    };
  }

  private static TensorsReport of(Checkpoint file, String kind, String form) {
    return new TensorsReport(file.path(), kind, form, file.metadata(), tensors(file));
  }

  private static List<StoredTensor> tensors(Checkpoint checkpoint) {
    return checkpoint.names().stream()
        .map(name -> new StoredTensor(name, checkpoint.dtype(name), checkpoint.dims(name)))
        .toList();
  }

  private long totalElements() {
    return tensors.stream().mapToLong(StoredTensor::elements).sum();
  }

  private long totalBytes() {
    return tensors.stream().mapToLong(StoredTensor::bytes).sum();
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    out.add("%s: %s".formatted(path, form));
    out.addAll(Lines.pairs(metadata));
    List<String> names = tensors.stream().map(tensor -> Lines.plain(tensor.name())).toList();
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < names.size(); i++) {
      StoredTensor tensor = tensors.get(i);
      String padding = " ".repeat(longest - names.get(i).length());
      out.add(
          "  %s%s  %-4s %,14d  %s"
              .formatted(
                  names.get(i), padding, tensor.dtype(), tensor.elements(), shape(tensor.dims())));
    }
    out.add(
        "%,d tensors, %,d elements, %,d bytes"
            .formatted(tensors.size(), totalElements(), totalBytes()));
    return out;
  }

  private static String shape(List<Long> dims) {
    return dims.toString().replace(" ", "");
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", kind);
    out.put("file", path.toString());
    out.put("metadata", metadata);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (StoredTensor tensor : tensors) {
      rows.add(row(tensor.name(), tensor.dtype(), tensor.dims(), tensor.elements()));
    }
    out.put("tensors", rows);
    out.put("elements", totalElements());
    out.put("bytes", totalBytes());
    return out;
  }

  private static Map<String, Object> row(
      String name, DType dtype, List<Long> shape, long elements) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.put("dtype", dtype.name());
    out.put("shape", shape);
    out.put("elements", elements);
    return out;
  }
}
