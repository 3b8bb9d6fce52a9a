package cadj.tensor.safetensors;

import cadj.kernels.device.DType;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a header says of one tensor: `{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`.
///
/// @param dims sizes as stored; a file may hold more elements than a tensor here can
/// @param begin first byte, counted from the start of the data section
/// @param end one past the last byte
public record SafetensorsEntry(String name, DType dtype, List<Long> dims, long begin, long end) {
  private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

  /// @param dataBytes size of the data section, which the offsets must stay within
  /// @throws FileFormatException for anything but a consistent entry
  static SafetensorsEntry parse(String name, JsonObject json, long dataBytes) {
    json.requireOnly(KEYS);
    DType dtype = dtype(json);
    List<Long> dims = json.list("shape").stream().map(SafetensorsEntry::size).toList();
    JsonList offsets = json.list("data_offsets");
    if (offsets.size() != 2) {
      throw json.error("data_offsets", "two offsets", "%d".formatted(offsets.size()));
    }
    long begin = size(offsets.get(0));
    long end = size(offsets.get(1));
    if (begin > end || end > dataBytes) {
      throw json.error(
          "data_offsets",
          "begin ≤ end ≤ %d bytes of data".formatted(dataBytes),
          "[%d,%d]".formatted(begin, end));
    }
    long bytes = bytes(dtype, dims, json);
    if (bytes != end - begin) {
      throw json.error(
          "data_offsets",
          "%d bytes for %s %s".formatted(bytes, dtype, brief(dims)),
          "%d from [%d,%d]".formatted(end - begin, begin, end));
    }
    return new SafetensorsEntry(name, dtype, dims, begin, end);
  }

  private static DType dtype(JsonObject json) {
    String name = json.string("dtype");
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    String known = Arrays.stream(DType.values()).map(DType::name).collect(Collectors.joining(", "));
    throw json.error("dtype", "one of " + known, FileFormatException.quote(name));
  }

  private static long size(JsonValue value) {
    if (value.longInteger() < 0) {
      throw value.error("a number ≥ 0");
    }
    return value.longInteger();
  }

  private static long bytes(DType dtype, List<Long> dims, JsonObject json) {
    long bytes = dtype.bytes();
    try {
      for (long d : dims) {
        bytes = Math.multiplyExact(bytes, d);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw json.error("shape", "fewer than 2^63 bytes", brief(dims));
    }
  }

  private static String brief(List<Long> dims) {
    return dims.size() <= 8 ? dims.toString().replace(" ", "") : dims.size() + " dimensions";
  }
}
