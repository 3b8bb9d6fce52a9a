package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Files as `torch.save` writes them, for tests.
public final class TorchSave {
  private TorchSave() {}

  /// A dictionary of tensors, each in a storage of its own, floats as F32 and integers as I64.
  public static void zip(Path file, Map<String, Tensor> tensors) {
    write(file, archive(dictionary(tensors), storages(tensors), false));
  }

  /// A dictionary of F32 tensors in the form before 1.6.
  public static void legacy(Path file, Map<String, Tensor> tensors) {
    write(file, legacy(dictionary(tensors), storages(tensors), DType.F32));
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] dictionary(Map<String, Tensor> tensors) {
    PickleWriter pickle =
        new PickleWriter().protocol(2).global("collections", "OrderedDict").raw(")R(");
    int key = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long[] sizes = new long[tensor.rank()];
      long[] strides = new long[tensor.rank()];
      long stride = 1;
      for (int d = tensor.rank() - 1; d >= 0; d--) {
        sizes[d] = tensor.dim(d);
        strides[d] = stride;
        stride *= Math.max(1, sizes[d]);
      }
      pickle
          .text(entry.getKey())
          .tensor(tensor.dtype(), "" + key++, tensor.elements(), 0, sizes, strides);
    }
    return pickle.op('u').stop();
  }

  private static Map<String, byte[]> storages(Map<String, Tensor> tensors) {
    Map<String, byte[]> out = new LinkedHashMap<>();
    for (Tensor tensor : tensors.values()) {
      byte[] raw = new byte[tensor.elements() * tensor.dtype().bytes()];
      ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      if (tensor.dtype() == DType.F32) {
        for (float value : tensor.toFloats()) {
          bytes.putFloat(value);
        }
      } else {
        for (long value : tensor.toLongs()) {
          bytes.putLong(value);
        }
      }
      out.put("" + out.size(), raw);
    }
    return out;
  }

  /// A zip archive of a pickle and storages.
  static byte[] archive(byte[] pickle, Map<String, byte[]> storages, boolean deflated) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("data.pkl", pickle);
    files.put("byteorder", "little".getBytes(UTF_8));
    storages.forEach((key, bytes) -> files.put("data/" + key, bytes));
    files.put("version", "3\n".getBytes(UTF_8));
    return zip("archive/", files, deflated);
  }

  static byte[] zip(String folder, Map<String, byte[]> files, boolean deflated) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(deflated ? ZipOutputStream.DEFLATED : ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(folder + file.getKey());
        if (!deflated) {
          CRC32 sum = new CRC32();
          sum.update(file.getValue());
          entry.setCrc(sum.getValue());
          entry.setSize(file.getValue().length);
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// The form before 1.6; all storages have elements of one type.
  static byte[] legacy(byte[] object, Map<String, byte[]> storages, DType dtype) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new PickleWriter().protocol(2).raw("\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019").stop());
    out.writeBytes(new PickleWriter().protocol(2).whole(1001).stop());
    out.writeBytes(
        new PickleWriter()
            .protocol(2)
            .raw("}(")
            .text("protocol_version")
            .whole(1001)
            .text("little_endian")
            .op(0x88)
            .op('u')
            .stop());
    out.writeBytes(object);
    PickleWriter keys = new PickleWriter().protocol(2).raw("](");
    List<String> sorted = storages.keySet().stream().sorted().toList();
    sorted.forEach(keys::text);
    out.writeBytes(keys.op('e').stop());
    for (String key : sorted) {
      byte[] bytes = storages.get(key);
      out.writeBytes(PickleWriter.little(Long.BYTES).putLong(bytes.length / dtype.bytes()).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}
