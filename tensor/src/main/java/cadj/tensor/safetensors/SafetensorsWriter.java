package cadj.tensor.safetensors;

import static cadj.tensor.shape.Require.require;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.StoredElements;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Collects tensors and writes them as one safetensors file.
///
/// The layout depends on names, types and shapes only: wide elements first, then by name, so that
/// every tensor is aligned; the header is padded to 8 bytes. The file appears under its name once
/// it is complete. Writing needs a buffer of fixed size, and no second copy of the tensors.
///
/// ```java
/// new SafetensorsWriter().metadata("prompt", "a cat").add("latents", latents).write(path);
/// ```
public final class SafetensorsWriter {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int HEADER_ALIGNMENT = 8;

  private final Map<String, Item> items = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private record Item(String name, DType stored, Shape shape, Supplier<Tensor> tensor) {
    long bytes() {
      return (long) shape.elements() * stored.bytes();
    }
  }

  /// Writes `tensors` in their own types.
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(writer::add);
    metadata.forEach(writer::metadata);
    writer.write(file);
  }

  /// Adds one text to `__metadata__`.
  public SafetensorsWriter metadata(String key, String value) {
    requireUnicode(key);
    requireUnicode(value);
    metadata.put(key, value);
    return this;
  }

  /// Adds `tensor` in its own type.
  public SafetensorsWriter add(String name, Tensor tensor) {
    return add(name, tensor.dtype(), tensor);
  }

  /// Adds `tensor`, stored as `stored`: floats as any float type, rounded; integers as any integer
  /// type that they fit.
  public SafetensorsWriter add(String name, DType stored, Tensor tensor) {
    requireStorable(name, stored, tensor);
    return add(name, stored, tensor.shape(), () -> tensor);
  }

  /// Adds a tensor that is made only when its turn to be written comes, and freed after.
  public SafetensorsWriter add(String name, DType stored, Shape shape, Supplier<Tensor> tensor) {
    requireUnicode(name);
    require(
        !name.equals(SafetensorsHeader.METADATA), "safetensors: no tensor can be named %s", name);
    Item old = items.put(name, new Item(name, stored, shape, tensor));
    require(old == null, "safetensors: tensor %s added twice", name);
    return this;
  }

  /// Writes the file, replacing an existing one in a single step, as [AtomicFile] does.
  ///
  /// @throws UncheckedIOException if that fails
  public void write(Path file) {
    AtomicFile.write(file, this::writeTo);
  }

  private void writeTo(Path fresh) throws IOException {
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeTo(channel);
      channel.force(true);
    }
  }

  private void writeTo(FileChannel channel) throws IOException {
    List<Item> order =
        items.values().stream()
            .sorted(
                Comparator.comparingLong((Item item) -> -item.stored.bytes())
                    .thenComparing(Item::name))
            .toList();
    byte[] header = header(order);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(LITTLE_ENDIAN);
    writeFully(channel, length.putLong(header.length).flip());
    writeFully(channel, ByteBuffer.wrap(header));
    byte[] chunk = new byte[CHUNK_BYTES];
    for (Item item : order) {
      Scope.run("write " + item.name, () -> writeUnchecked(channel, item, chunk));
    }
  }

  private byte[] header(List<Item> order) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> text : metadata.entrySet()) {
          json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Item item : order) {
        json.writeObjectFieldStart(item.name);
        json.writeStringField("dtype", item.stored.name());
        json.writeFieldName("shape");
        json.writeArray(item.shape.toArray(), 0, item.shape.rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, offset + item.bytes()}, 0, 2);
        json.writeEndObject();
        offset += item.bytes();
      }
      json.writeEndObject();
    }
    while (bytes.size() % HEADER_ALIGNMENT != 0) {
      bytes.write(' ');
    }
    require(
        bytes.size() <= SafetensorsHeader.LONGEST_JSON,
        "safetensors: header of %d bytes, more than the format allows",
        bytes.size());
    return bytes.toByteArray();
  }

  private static void writeUnchecked(FileChannel channel, Item item, byte[] chunk) {
    try {
      write(channel, item, chunk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel channel, Item item, byte[] chunk) throws IOException {
    Tensor tensor = item.tensor.get();
    requireStorable(item.name, item.stored, tensor);
    require(
        tensor.shape().equals(item.shape),
        "safetensors: %s was announced as %s, got %s",
        item.name,
        item.shape,
        tensor.shape());
    Buffer values = tensor.cpu().contiguous().denseBuffer();
    int step = chunk.length / item.stored.bytes();
    for (int from = 0; from < values.length(); from += step) {
      int count = Math.min(step, values.length() - from);
      int bytes = count * item.stored.bytes();
      try {
        StoredElements.write(
            MemorySegment.ofArray(chunk).asSlice(0, bytes), item.stored, values.slice(from, count));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "safetensors: %s: %s".formatted(item.name, e.getMessage()), e);
      }
      writeFully(channel, ByteBuffer.wrap(chunk, 0, bytes));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void requireStorable(String name, DType stored, Tensor tensor) {
    require(
        stored.isFloat() == tensor.dtype().isFloat(),
        "safetensors: %s: %s cannot be stored as %s",
        name,
        tensor.dtype(),
        stored);
  }

  private static void requireUnicode(String text) {
    require(UTF_8.newEncoder().canEncode(text), "safetensors: unpaired surrogate in a text");
  }
}
