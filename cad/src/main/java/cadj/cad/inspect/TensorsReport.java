package cadj.cad.inspect;

import cadj.kernels.device.DType;
import cadj.tensor.safetensors.Checkpoint;
import cadj.tensor.safetensors.SafetensorsEntry;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Any safetensors file, or several under an index: metadata, and name, type, shape and size of
/// every tensor.
///
/// @param form of one file or several
record TensorsReport(
    Path path, String form, Map<String, String> metadata, List<SafetensorsEntry> tensors)
    implements Report {
  static TensorsReport of(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return new TensorsReport(
          path,
          "safetensors file",
          file.metadata(),
          file.names().stream().map(file::entry).toList());
    }
  }

  static TensorsReport ofIndex(Path path) {
    try (Checkpoint weights = Checkpoint.open(path)) {
      return new TensorsReport(
          path,
          "index of safetensors files",
          Map.of(),
          weights.names().stream().map(key -> weights.file(key).entry(key)).toList());
    }
  }

  /// Elements of one tensor.
  static long elements(SafetensorsEntry tensor) {
    return bytes(tensor) / tensor.dtype().bytes();
  }

  private static long bytes(SafetensorsEntry tensor) {
    return tensor.end() - tensor.begin();
  }

  private long totalElements() {
    return tensors.stream().mapToLong(TensorsReport::elements).sum();
  }

  private long totalBytes() {
    return tensors.stream().mapToLong(TensorsReport::bytes).sum();
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    out.add("%s: %s".formatted(path, form));
    out.addAll(Lines.pairs(metadata));
    List<String> names = tensors.stream().map(tensor -> Lines.plain(tensor.name())).toList();
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < names.size(); i++) {
      SafetensorsEntry tensor = tensors.get(i);
      String padding = " ".repeat(longest - names.get(i).length());
      out.add(
          "  %s%s  %-4s %,14d  %s"
              .formatted(
                  names.get(i), padding, tensor.dtype(), elements(tensor), shape(tensor.dims())));
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
    out.put("kind", "safetensors");
    out.put("file", path.toString());
    out.put("metadata", metadata);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (SafetensorsEntry tensor : tensors) {
      rows.add(row(tensor.name(), tensor.dtype(), tensor.dims(), elements(tensor)));
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
