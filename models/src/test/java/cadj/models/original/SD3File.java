package cadj.models.original;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.files.Folders;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the files of Stable Diffusion 3 in the original layout hold that belong to sd3-tiny with
/// one of its two transformers, as it was recorded.
public final class SD3File {
  /// Names of the transformers' folders: 3's form and 3.5's.
  public static final List<String> TRANSFORMERS = List.of("transformer", "transformer_35");

  private static final List<String> OTHERS =
      List.of("vae", "text_encoder", "text_encoder_2", "text_encoder_3");

  private SD3File() {}

  /// A copy of sd3-tiny with that transformer.
  public static Path folder(String transformer, Path to) throws IOException {
    Path golden = Golden.require("sd3-tiny/model_index.json").getParent();
    Folders.copy(golden, to);
    for (String file : List.of("config.json", "diffusion_pytorch_model.safetensors")) {
      Files.copy(
          golden.resolve(transformer).resolve(file),
          to.resolve("transformer").resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
      Files.delete(to.resolve("transformer_35").resolve(file));
    }
    Files.delete(to.resolve("transformer_35"));
    return to;
  }

  /// A tensor's sizes and the beginning of the SHA-256 of its numbers.
  private record Recorded(List<Long> dims, String hash) {}

  private static Map<String, Recorded> recorded(String transformer) {
    JsonObject groups = JsonFile.read(Golden.require("sd3-original/keys.json"));
    Map<String, Recorded> out = new TreeMap<>();
    add(out, groups.object(transformer));
    OTHERS.forEach(part -> add(out, groups.object(part)));
    return out;
  }

  private static void add(Map<String, Recorded> all, JsonObject group) {
    for (String key : group.keys()) {
      JsonList row = group.list(key);
      List<Long> dims = row.get(0).list().stream().map(size -> (long) size.integer()).toList();
      all.put(key, new Recorded(dims, row.get(1).string()));
    }
  }

  /// Requires that `file` holds exactly the recorded keys, shapes and bits.
  public static void assertRecorded(String transformer, Checkpoint file) {
    Map<String, Recorded> actual = new TreeMap<>();
    for (String key : file.names()) {
      actual.put(key, new Recorded(file.dims(key), hash(file.tensor(key))));
    }
    Map<String, Recorded> expected = recorded(transformer);
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((key, row) -> assertEquals(row, actual.get(key), key));
    Golden.count(expected.size());
  }

  private static String hash(Tensor tensor) {
    float[] values = tensor.toFloats();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// The shapes of all tensors.
  public static Map<String, Shape> shapes(Checkpoint file) {
    Map<String, Shape> out = new TreeMap<>();
    file.names().forEach(key -> out.put(key, file.shape(key)));
    return out;
  }
}
