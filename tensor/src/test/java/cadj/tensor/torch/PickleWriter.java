package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.kernels.device.DType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/// Writes pickles operation by operation, protocol 2 unless said otherwise.
final class PickleWriter {
  static final Map<DType, String> STORAGES =
      Map.of(
          DType.F64, "DoubleStorage",
          DType.F32, "FloatStorage",
          DType.F16, "HalfStorage",
          DType.BF16, "BFloat16Storage",
          DType.I64, "LongStorage",
          DType.I32, "IntStorage",
          DType.I16, "ShortStorage",
          DType.I8, "CharStorage",
          DType.U8, "ByteStorage",
          DType.BOOL, "BoolStorage");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Bytes as they are, each character one.
  PickleWriter raw(String bytes) {
    out.writeBytes(bytes.getBytes(ISO_8859_1));
    return this;
  }

  PickleWriter op(int operation) {
    out.write(operation);
    return this;
  }

  PickleWriter protocol(int protocol) {
    return op(0x80).op(protocol);
  }

  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    out.write('X');
    out.writeBytes(little(Integer.BYTES).putInt(utf8.length).array());
    out.writeBytes(utf8);
    return this;
  }

  PickleWriter whole(long value) {
    out.write(0x8a);
    out.write(Long.BYTES);
    out.writeBytes(little(Long.BYTES).putLong(value).array());
    return this;
  }

  PickleWriter wholes(long... values) {
    op('(');
    for (long value : values) {
      whole(value);
    }
    return op('t');
  }

  PickleWriter real(double value) {
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    return this;
  }

  PickleWriter global(String module, String name) {
    return raw("c" + module + "\n" + name + "\n");
  }

  PickleWriter storage(String type, String key, long elements) {
    return op('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cuda:0")
        .whole(elements)
        .raw("tQ");
  }

  /// A view of a storage.
  PickleWriter tensor(
      DType dtype, String key, long elements, long offset, long[] sizes, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage(STORAGES.get(dtype), key, elements)
        .whole(offset)
        .wholes(sizes)
        .wholes(strides)
        .op(0x89)
        .global("collections", "OrderedDict")
        .raw(")RtR");
  }

  /// STOP, and all bytes.
  byte[] stop() {
    out.write('.');
    return out.toByteArray();
  }

  static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
