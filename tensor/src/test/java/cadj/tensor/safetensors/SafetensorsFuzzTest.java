package cadj.tensor.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.json.HostileFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of damaged files. Reading one may succeed, or fail with one error of one line; and it
/// may allocate no more than the file's size times a small constant.
final class SafetensorsFuzzTest {
  private static final long SEED = 20250101;
  private static final int MUTANTS = 6_000;

  /// Bytes allocated per byte of file: text twice, then the tree of JSON with its boxed numbers.
  private static final long BYTES_PER_BYTE = 64;

  /// What opening any file costs: mapping, parser, decoder, an exception's stack trace.
  private static final long ALLOWANCE = 128 << 10;

  @TempDir private Path folder;

  @Test
  void damagedFilesEndInOneErrorOrSucceed() throws IOException {
    List<byte[]> seeds = seeds();
    Path path = folder.resolve("mutant.safetensors");
    for (byte[] seed : seeds) {
      assertTrue(read(path, seed), "a valid file is refused");
    }
    Random random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = seeds.get(random.nextInt(seeds.size()));
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        mutant = Mutants.of(mutant, random);
      }
      try {
        // a mapping costs milliseconds, so most refused mutants are not brought into a file
        boolean valid = isValid(path, mutant);
        accepted += valid ? 1 : 0;
        if (valid || i % 16 == 0) {
          assertEquals(valid, read(path, mutant), "on file and in memory");
        }
      } catch (RuntimeException | Error e) {
        fail("mutant %d: %s".formatted(i, new String(mutant, ISO_8859_1)), e);
      }
    }
    assertTrue(accepted > MUTANTS / 50, "only %d mutants were accepted".formatted(accepted));
    assertTrue(accepted < MUTANTS / 2, "%d mutants were accepted".formatted(accepted));
  }

  /// Headers made to be costly: many empty containers, long names, deep nesting, huge claims.
  @Test
  void costlyHeadersStayCheap() throws IOException {
    Path path = folder.resolve("costly.safetensors");
    List<String> headers =
        List.of(
            "{\"a\":[" + "[],".repeat(100_000) + "[]]}",
            "{\"a\":[" + "{},".repeat(100_000) + "{}]}",
            "{\"a\":[" + "9999,".repeat(100_000) + "9]}",
            "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,0],\"shape\":["
                + "1,".repeat(100_000)
                + "0]}}",
            "{\"" + "n".repeat(300_000) + "\":1}",
            "{\"a\":\"" + "\\u4e2d".repeat(100_000) + "\"}",
            "{\"a\":" + "[".repeat(300_000),
            "{\"a\":1" + "0".repeat(300_000) + "}",
            "{\"a\":{\"dtype\":\"F64\",\"shape\":[268435456],\"data_offsets\":[0,2147483648]}}",
            "{\"__metadata__\":{" + manyKeys(20_000, "\"\"") + "}}",
            "{" + manyKeys(8_000, "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}") + "}");
    for (String header : headers) {
      read(path, Mutants.file(header, new byte[0]));
    }
  }

  /// Whether the header of a file of these bytes is accepted.
  private static boolean isValid(Path path, byte[] bytes) {
    return HostileFile.accepted(
        path, bound(bytes), () -> SafetensorsHeader.parse(path, MemorySegment.ofArray(bytes)));
  }

  /// Reads all of a file, and says whether it was accepted.
  private static boolean read(Path path, byte[] bytes) throws IOException {
    Files.write(path, bytes);
    return HostileFile.accepted(
        path,
        bound(bytes),
        () -> {
          try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.names().forEach(file::tensor);
          }
        });
  }

  private static long bound(byte[] bytes) {
    return ALLOWANCE + BYTES_PER_BYTE * bytes.length;
  }

  private static String manyKeys(int count, String value) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add("\"%d\":%s".formatted(i, value));
    }
    return String.join(",", keys);
  }

  private List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(Mutants.file("{}", new byte[0]));
    seeds.add(
        written(new SafetensorsWriter().add("weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))));
    SafetensorsWriter all = new SafetensorsWriter().metadata("prompt", "ä \"cat\"");
    for (DType dtype : DType.values()) {
      Tensor values =
          dtype.isFloat() ? Tensor.of(new float[] {1, 0}, 2) : Tensor.of(new long[] {1, 0}, 2);
      all.add(dtype + ".é", dtype, values);
    }
    all.add("scalar", Tensor.scalar(1)).add("empty", Tensor.of(new float[0], 3, 0));
    seeds.add(written(all));
    return seeds;
  }

  private byte[] written(SafetensorsWriter writer) throws IOException {
    Path path = folder.resolve("seed.safetensors");
    writer.write(path);
    return Files.readAllBytes(path);
  }
}
