package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.DType;
import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tens of thousands of damaged pickles and archives. Reading one may succeed, or fail with one
/// error of one line; and it may allocate no more than the file's size times a constant.
final class TorchFuzzTest {
  private static final long SEED = 20250202;
  private static final int MUTANTS = 10_000;

  /// Bytes allocated per byte of a pickle: an operation of one byte makes a dictionary of two lists
  /// and puts it on the stack.
  private static final long BYTES_PER_BYTE = 256;

  private static final long ALLOWANCE = 128 << 10;

  /// Operations and arguments to put into pickles.
  private static final List<String> PIECES =
      List.of(
          "cos\nsystem\n",
          "ccollections\nOrderedDict\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "ctorch\nFloatStorage\n",
          "ctorch\nSize\n",
          "(",
          ")",
          "]",
          "}",
          "t",
          "R",
          "b",
          "Q",
          "a",
          "e",
          "s",
          "u",
          "0",
          "1",
          "2",
          ".",
          "N",
          "h\0",
          "h\u0001",
          "q\0",
          "j\u00ff\u00ff\u00ff\u00ff",
          "r\u00ff\u00ff\u00ff\u007f",
          "X\u00ff\u00ff\u00ff\u00ff",
          "\u008a\b\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
          "J\u00ff\u00ff\u00ff\u00ff",
          "\u0085",
          "\u0086",
          "\u0093",
          "\u0081",
          "\u0094",
          "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
          "U\u0001a",
          "X\u0007\0\0\0storage");

  @TempDir private Path folder;

  @Test
  void pickles() {
    Random random = new Random(SEED);
    List<byte[]> seeds = List.of(pickle(), nested(), protocol4());
    Path path = folder.resolve("mutant.pt");
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = seeds.get(random.nextInt(seeds.size()));
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        mutant = damaged(mutant, random);
      }
      byte[] bytes = mutant;
      accepted +=
          accepted(
              i,
              path,
              bytes,
              () ->
                  StateDict.of(
                      path,
                      Pickle.read(
                          new PickleBytes(path, "data.pkl", MemorySegment.ofArray(bytes)),
                          new HashMap<>()),
                      bytes.length));
    }
    assertTrue(accepted > MUTANTS / 50 && accepted < MUTANTS / 2, accepted + " accepted");
  }

  @Test
  void archives() throws IOException {
    byte[] stored = TorchSave.archive(pickle(), storages(), false);
    byte[] deflated = TorchSave.archive(pickle(), storages(), true);
    int accepted =
        files(
            List.of(stored, deflated),
            (bytes, random) ->
                random.nextInt(3) == 0
                    ? archiveOf(damaged(pickle(), random), random)
                    : damagedEnd(bytes, random));
    assertTrue(accepted > MUTANTS / 50 && accepted < MUTANTS * 3 / 4, accepted + " accepted");
  }

  @Test
  void oldForm() throws IOException {
    int accepted =
        files(
            List.of(
                TorchSave.legacy(floats(), Map.of("0", new byte[24], "1", new byte[4]), DType.F32)),
            TorchFuzzTest::damaged);
    assertTrue(accepted > MUTANTS / 50 && accepted < MUTANTS * 3 / 4, accepted + " accepted");
  }

  private interface Change {
    byte[] of(byte[] bytes, Random random);
  }

  /// How many of the damaged files can be read whole.
  private int files(List<byte[]> seeds, Change change) throws IOException {
    Path path = folder.resolve("mutant.pt");
    for (byte[] seed : seeds) {
      Files.write(path, seed);
      readAll(path);
    }
    Random random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = change.of(seeds.get(random.nextInt(seeds.size())), random);
      // mapping a file costs milliseconds, so most are looked at in memory
      boolean onDisk = i % 16 == 0;
      if (onDisk) {
        Files.write(path, mutant);
      }
      accepted +=
          accepted(
              i,
              path,
              mutant,
              onDisk
                  ? () -> readAll(path)
                  : () -> TorchFile.Content.of(path, MemorySegment.ofArray(mutant)));
    }
    return accepted;
  }

  private static void readAll(Path path) {
    try (TorchFile file = TorchFile.open(path)) {
      file.names().forEach(file::tensor);
    }
  }

  private static int accepted(int i, Path path, byte[] bytes, Runnable read) {
    try {
      return HostileFile.accepted(path, ALLOWANCE + BYTES_PER_BYTE * bytes.length, read) ? 1 : 0;
    } catch (RuntimeException | Error e) {
      return fail("mutant %d: %s".formatted(i, new String(bytes, ISO_8859_1)), e);
    }
  }

  /// Pickles made to be costly: a value each byte, the same dictionary everywhere, memo far out.
  @Test
  void costlyPicklesStayCheap() {
    Path path = folder.resolve("costly.pt");
    int n = 100_000;
    for (String text :
        List.of(
            "}".repeat(n),
            "]".repeat(n),
            "(".repeat(n),
            "N\u0085".repeat(n),
            "}q\0" + "h\0".repeat(n),
            "}\u0094".repeat(n),
            "](" + "N".repeat(n) + "eq\0" + "h\0\u0085".repeat(n),
            "]("
                + "NN\u0086".repeat(1000)
                + "eq\0ccollections\nOrderedDict\nq\u0001"
                + "0h\u0001h\0\u0085R".repeat(n),
            "}q\0(" + "U\u0001aN".repeat(n) + "u",
            "N" + "r\u00ff\u00ff\0\0".repeat(n))) {
      byte[] bytes = (text + ".").getBytes(ISO_8859_1);
      HostileFile.accepted(
          path,
          ALLOWANCE + BYTES_PER_BYTE * bytes.length,
          () -> {
            PickleBytes in = new PickleBytes(path, "data.pkl", MemorySegment.ofArray(bytes));
            StateDict.of(path, Pickle.read(in, new HashMap<>()), bytes.length);
          });
    }
  }

  // ---- damages

  private static byte[] damaged(byte[] bytes, Random random) {
    Mutator mutator = new Mutator(random, List.of());
    if (bytes.length < 8) {
      return new byte[] {'N', '.', 0, 0, 0, 0, 0, 0};
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> mutator.flip(bytes, bytes.length);
      case 2 -> mutator.truncate(bytes);
      case 3 -> mutator.lengthen(bytes);
      case 4, 5 -> insert(bytes, PIECES.get(random.nextInt(PIECES.size())), random);
      default -> copy(bytes, random);
    };
  }

  private static byte[] insert(byte[] bytes, String piece, Random random) {
    int at = random.nextInt(bytes.length);
    byte[] put = piece.getBytes(ISO_8859_1);
    byte[] out = Arrays.copyOf(bytes, bytes.length + put.length);
    System.arraycopy(bytes, at, out, at + put.length, bytes.length - at);
    System.arraycopy(put, 0, out, at, put.length);
    return out;
  }

  /// Copies a few bytes over others.
  private static byte[] copy(byte[] bytes, Random random) {
    byte[] out = bytes.clone();
    int length = 1 + random.nextInt(Math.min(12, bytes.length / 2));
    System.arraycopy(
        bytes,
        random.nextInt(bytes.length - length),
        out,
        random.nextInt(bytes.length - length),
        length);
    return out;
  }

  /// Mostly near the end, where the directory of a zip archive lies.
  private static byte[] damagedEnd(byte[] bytes, Random random) {
    int from = random.nextInt(4) == 0 ? 0 : bytes.length - Math.min(bytes.length, 400);
    byte[] end = damaged(Arrays.copyOfRange(bytes, from, bytes.length), random);
    byte[] out = Arrays.copyOf(bytes, from + end.length);
    System.arraycopy(end, 0, out, from, end.length);
    return out;
  }

  private static byte[] archiveOf(byte[] pickle, Random random) {
    return TorchSave.archive(pickle, storages(), random.nextInt(4) == 0);
  }

  // ---- seeds

  private static Map<String, byte[]> storages() {
    return Map.of("0", new byte[24], "1", new byte[16]);
  }

  private static byte[] pickle() {
    return new PickleWriter()
        .protocol(2)
        .global("collections", "OrderedDict")
        .raw(")Rq\0(")
        .text("weight")
        .tensor(DType.F32, "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
        .text("turned")
        .tensor(DType.F32, "0", 6, 1, new long[] {2, 2}, new long[] {1, 2})
        .text("ids")
        .tensor(DType.I64, "1", 2, 0, new long[] {2}, new long[] {1})
        .op('u')
        .stop();
  }

  private static byte[] floats() {
    return new PickleWriter()
        .protocol(2)
        .raw("}(")
        .text("weight")
        .tensor(DType.F32, "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
        .text("bias")
        .tensor(DType.F32, "1", 1, 0, new long[] {1}, new long[] {1})
        .op('u')
        .stop();
  }

  private static byte[] nested() {
    return new PickleWriter()
        .protocol(2)
        .raw("}q\0(")
        .text("state_dict")
        .raw("}q\u0001")
        .text("a")
        .tensor(DType.F16, "0", 6, 0, new long[] {6}, new long[] {1})
        .op('s')
        .text("epoch")
        .whole(3)
        .text("list")
        .raw("](K\u0001G\0\0\0\0\0\0\0\0N\u0088K\u0002K\u0003\u0086e")
        .text("again")
        .raw("h\u0001u")
        .stop();
  }

  /// With frames, memoized short texts and globals by name on the stack.
  private static byte[] protocol4() {
    PickleWriter pickle = new PickleWriter().protocol(4).raw("\u0095@\0\0\0\0\0\0\0}\u0094(");
    for (String text : List.of("a", "epoch", "name")) {
      pickle.raw("\u008c" + (char) text.length() + text + "\u0094");
      pickle.raw("\u008c\013collections\u0094\u008c\013OrderedDict\u0094\u0093\u0094)R\u0094");
    }
    return pickle.op('u').stop();
  }
}
