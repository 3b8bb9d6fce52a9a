package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;

/// Safetensors files of any size whose values are zeros that nobody wrote: they take no place on
/// disks that know holes.
final class SparseFile {
  private SparseFile() {}

  static Path write(Path path, Map<String, Shape> shapes, DType stored) throws IOException {
    StringJoiner header = new StringJoiner(",", "{", "}");
    long at = 0;
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      long end = at + (long) tensor.getValue().elements() * stored.bytes();
      header.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.getKey(), stored, Arrays.toString(tensor.getValue().toArray()), at, end));
      at = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      file.write(json);
      file.setLength(Long.BYTES + json.length + at);
    }
    return path;
  }
}
