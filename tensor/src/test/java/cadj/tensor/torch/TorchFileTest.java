package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.MappedFiles;
import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which tensors a file gives, and what is refused.
final class TorchFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void path() {
    path = folder.resolve("a.pt");
  }

  @AfterEach
  void nothingStaysMapped() throws IOException {
    MappedFiles.assertNoneIn(folder);
  }

  // ---- elements

  @Test
  void tensorsOfOwnStorages() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("a", Tensor.of(new float[] {-0f}));
    tensors.put("ids", Tensor.of(new long[] {1L << 40, -7}, 2));
    TorchSave.zip(path, tensors);
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals(List.of("z.weight", "a", "ids"), List.copyOf(file.names()));
      assertEquals(List.of(2L, 3L), file.dims("z.weight"));
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.tensor("z.weight").toFloats());
      assertArrayEquals(new float[] {-0f}, file.tensor("a").toFloats());
      assertArrayEquals(new long[] {1L << 40, -7}, file.tensor("ids").toLongs());
      assertEquals(DType.I64, file.dtype("ids"));
      assertEquals(
          path + ": b: expected this tensor, found none of that name",
          assertThrows(FileFormatException.class, () -> file.tensor("b")).getMessage());
    }
  }

  @Test
  void everyType() throws IOException {
    PickleWriter pickle = new PickleWriter().protocol(2).raw("}(");
    Map<String, byte[]> storages = new LinkedHashMap<>();
    byte[][] bytes = {
      PickleWriter.little(8).putDouble(0.1).array(),
      PickleWriter.little(4).putFloat(0.5f).array(),
      PickleWriter.little(2).putShort((short) 0x3c00).array(),
      PickleWriter.little(2).putShort((short) 0x3f80).array(),
      PickleWriter.little(8).putLong(-5).array(),
      PickleWriter.little(4).putInt(-6).array(),
      PickleWriter.little(2).putShort((short) -7).array(),
      {-8},
      {(byte) 200},
      {1}
    };
    double[] values = {0.1, 0.5, 1, 1, -5, -6, -7, -8, 200, 1};
    DType[] types = DType.values();
    for (int i = 0; i < types.length; i++) {
      pickle.text(types[i].name()).tensor(types[i], "" + i, 1, 0, new long[0], new long[0]);
      storages.put("" + i, bytes[i]);
    }
    Files.write(path, TorchSave.archive(pickle.op('u').stop(), storages, false));
    try (TorchFile file = TorchFile.open(path)) {
      for (int i = 0; i < types.length; i++) {
        assertEquals(types[i], file.dtype(types[i].name()));
        assertEquals(values[i], file.tensor(types[i].name()).toDoubles()[0]);
      }
    }
  }

  /// Element (i, j) of the storage 0, 1, 2 … is its number.
  @ParameterizedTest
  @CsvSource({
    "0, 2;3, 3;1, 0 1 2 3 4 5",
    "4, 2;3, 3;1, 4 5 6 7 8 9",
    "0, 3;2, 1;3, 0 3 1 4 2 5",
    "1, 2;2, 4;2, 1 3 5 7",
    "0, 3, 4, 0 4 8",
    "5, 1;1;2, 7;9;1, 5 6",
    "2, 2;1;2, 1;5;4, 2 6 3 7",
    "11, 1, 1, 11",
    "12, 0, 1, ''",
    "0, 3;0, 1;1, ''"
  })
  void views(int offset, String sizes, String strides, String expected) throws IOException {
    for (boolean old : new boolean[] {false, true}) {
      view(old, offset, numbers(sizes), numbers(strides));
      try (TorchFile file = TorchFile.open(path)) {
        String actual =
            String.join(
                " ",
                Arrays.stream(file.tensor("v").toDoubles()).mapToObj(v -> "" + (long) v).toList());
        assertEquals(expected, actual);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 13 | 1 | a view within its storage of 12 elements",
        "7 | 2;3 | 3;1 | a view within its storage of 12 elements",
        "0 | 2;2 | 11;1 | a view within its storage of 12 elements",
        "-1 | 2 | 1 | a view within its storage of 12 elements",
        "13 | 0 | 1 | a view within its storage of 12 elements",
        "9223372036854775807 | 2 | 1 | fewer than 2^63 elements",
        "0 | 2;9223372036854775807 | 1;4 | fewer than 2^63 elements",
        "0 | 4611686018427387904;4 | 0;0 | fewer than 2^63 elements",
        "0 | 13 | 0 | at most the 12 elements of its storage",
        "0 | -1 | 1 | sizes and strides ≥ 0",
        "4 | 2 | -1 | sizes and strides ≥ 0",
        "0 | 2;3 | 1 | as many sizes as strides"
      })
  void viewsBeyondTheirStorageAreRefused(long offset, String sizes, String strides, String expected)
      throws IOException {
    for (boolean old : new boolean[] {false, true}) {
      view(old, offset, numbers(sizes), numbers(strides));
      String error = refusal();
      assertTrue(error.startsWith(path + ": v: expected ") && error.contains(expected), error);
    }
  }

  /// A view of the storage 0 … 11.
  private void view(boolean old, long offset, long[] sizes, long[] strides) throws IOException {
    byte[] raw = new byte[12 * 4];
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 12; i++) {
      bytes.putFloat(i);
    }
    byte[] pickle =
        new PickleWriter()
            .protocol(2)
            .raw("}")
            .text("v")
            .tensor(DType.F32, "s", 12, offset, sizes, strides)
            .op('s')
            .stop();
    Map<String, byte[]> storages = Map.of("s", raw);
    Files.write(
        path,
        old
            ? TorchSave.legacy(pickle, storages, DType.F32)
            : TorchSave.archive(pickle, storages, false));
  }

  private static long[] numbers(String list) {
    return Arrays.stream(list.split(";")).mapToLong(Long::parseLong).toArray();
  }

  @Test
  void viewsOfStoragesInTheOldForm() throws IOException {
    // storage w is elements 3 … 5 of s; the tensor is its last two
    PickleWriter pickle =
        new PickleWriter()
            .raw("}")
            .text("v")
            .global("torch._utils", "_rebuild_tensor")
            .raw("((")
            .text("storage")
            .global("torch", "FloatStorage")
            .text("s")
            .text("cpu")
            .whole(6)
            .op('(')
            .text("w")
            .whole(3)
            .whole(3)
            .raw("ttQ")
            .whole(1)
            .wholes(2)
            .wholes(1)
            .raw("tRs");
    byte[] values = PickleWriter.little(24).putFloat(16, 4).putFloat(20, 5).array();
    Files.write(path, TorchSave.legacy(pickle.stop(), Map.of("s", values), DType.F32));
    try (TorchFile file = TorchFile.open(path)) {
      assertArrayEquals(new float[] {4, 5}, file.tensor("v").toFloats());
    }
  }

  // ---- storages

  @Test
  void storagesMustBeThereWhole() throws IOException {
    byte[] pickle = oneTensor(DType.F32, 4);
    Files.write(path, TorchSave.archive(pickle, Map.of("s", new byte[15]), false));
    assertEquals(path + ": v: expected data/s of 16 bytes, found 15 bytes", refusal());
    Files.write(path, TorchSave.archive(pickle, Map.of("t", new byte[16]), false));
    assertEquals(path + ": v: expected data/s of 16 bytes, found none", refusal());
    Files.write(
        path, TorchSave.archive(oneTensor(DType.F32, 1L << 62), Map.of("s", new byte[16]), false));
    assertTrue(refusal().contains("expected a storage"), refusal());
  }

  @Test
  void storagesMustBeThereInTheOldForm() throws IOException {
    byte[] pickle = oneTensor(DType.F32, 4);
    Files.write(path, TorchSave.legacy(pickle, Map.of("s", new byte[20]), DType.F32));
    assertTrue(refusal().contains("expected storage s of 4 elements, found 5"), refusal());
    Files.write(path, TorchSave.legacy(pickle, Map.of(), DType.F32));
    assertEquals(path + ": v: expected storage s of 16 bytes, found none", refusal());
    Files.write(
        path, TorchSave.legacy(pickle, Map.of("s", new byte[16], "t", new byte[4]), DType.F32));
    assertTrue(refusal().contains("expected only storages that the object names"), refusal());
    byte[] whole = TorchSave.legacy(pickle, Map.of("s", new byte[16]), DType.F32);
    Files.write(path, Arrays.copyOf(whole, whole.length - 1));
    assertTrue(refusal().contains("expected 16 bytes, found the end"), refusal());
  }

  @Test
  void deflatedArchives() throws IOException {
    byte[] values = PickleWriter.little(16).putFloat(1).putFloat(2).putFloat(3).putFloat(4).array();
    Files.write(path, TorchSave.archive(oneTensor(DType.F32, 4), Map.of("s", values), true));
    try (TorchFile file = TorchFile.open(path)) {
      assertArrayEquals(new float[] {1, 2, 3, 4}, file.tensor("v").toFloats());
    }
  }

  @Test
  void deflatedArchivesAreBounded() throws IOException {
    byte[] zeros = new byte[4 << 20];
    Files.write(
        path, TorchSave.archive(oneTensor(DType.F32, zeros.length / 4), Map.of("s", zeros), true));
    assertTrue(refusal().contains("at most 100 times the archive's size, inflated"), refusal());
  }

  private static byte[] oneTensor(DType dtype, long elements) {
    return new PickleWriter()
        .raw("}")
        .text("v")
        .tensor(dtype, "s", elements, 0, new long[] {elements}, new long[] {1})
        .op('s')
        .stop();
  }

  @Test
  void otherArchives() throws IOException {
    Files.write(path, TorchSave.zip("a/", Map.of("b.txt", new byte[3]), false));
    assertEquals(
        path
            + ": expected a zip archive that torch.save wrote, with one data.pkl, found another zip"
            + " archive",
        refusal());
    byte[] pickle = oneTensor(DType.F32, 1);
    Files.write(
        path, TorchSave.zip("a/", Map.of("data.pkl", pickle, "constants.pkl", pickle), false));
    assertEquals(
        path
            + ": constants.pkl: expected weights that torch.save wrote, found a TorchScript"
            + " program",
        refusal());
    Files.write(
        path,
        TorchSave.zip("a/", Map.of("data.pkl", pickle, "byteorder", "big".getBytes(UTF_8)), false));
    assertEquals(path + ": byteorder: expected little, found \"big\"", refusal());
    Files.write(path, new byte[] {'P', 'K', 3, 4, 0});
    assertTrue(refusal().contains("a zip archive with its end"), refusal());
    Files.write(path, new byte[] {1, 2, 3});
    assertEquals(path + ": expected a file that torch.save wrote, found another", refusal());
    Files.delete(path);
    assertEquals(path + ": expected a file, found none", refusal());
  }

  // ---- names

  @Test
  void dictionariesAreFlattened() throws IOException {
    PickleWriter pickle = new PickleWriter().raw("}(").text("unet.mid").raw("}(");
    pickle.text("weight");
    tensor(pickle).text("bias");
    tensor(pickle).op('u').whole(7);
    tensor(pickle).op('u');
    archive(pickle);
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals(List.of("unet.mid.weight", "unet.mid.bias", "7"), List.copyOf(file.names()));
    }
  }

  @Test
  void stateDictIsUnwrapped() throws IOException {
    PickleWriter pickle = new PickleWriter().raw("}(").text("epoch").whole(3);
    pickle.text("state_dict").raw("}(").text("a");
    tensor(pickle).text("step").whole(5).op('u');
    pickle.text("optimizer").raw("}(").text("exp_avg");
    tensor(pickle).text("lr").real(0.5).text("betas").raw("(").real(1).real(2).raw("tu");
    pickle.text("model").raw("Nu");
    archive(pickle);
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals(List.of("a"), List.copyOf(file.names()));
      assertEquals(
          Map.of(
              "epoch", "3",
              "step", "5",
              "optimizer.lr", "0.5",
              "optimizer.betas", "a tuple of 2",
              "model", "None",
              "tensors beside state_dict", "1, not read"),
          file.metadata());
    }
  }

  @Test
  void oneTensorIsCalledSo() throws IOException {
    archive(tensor(new PickleWriter()));
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals(List.of("tensor"), List.copyOf(file.names()));
    }
    archive(new PickleWriter().raw("]"));
    assertEquals(path + ": expected a dictionary of tensors, found a list of 0", refusal());
  }

  @Test
  void namesAreUnique() throws IOException {
    PickleWriter pickle = new PickleWriter().raw("}(").text("a.b");
    tensor(pickle).text("a").raw("}").text("b");
    tensor(pickle).raw("su");
    archive(pickle);
    assertEquals(path + ": a.b: expected each name once, found it again", refusal());
  }

  /// A dictionary that holds itself, and one that holds the one before twice, and so on.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dictionariesWithinThemselvesEnd(boolean twice) throws IOException {
    PickleWriter pickle = new PickleWriter().raw("}q\u0000");
    if (twice) {
      for (int i = 1; i < 60; i++) {
        pickle.raw("}q").op(i).op('(').text("a").raw("h").op(i - 1);
        pickle.text("b").raw("h").op(i - 1).op('u');
      }
    } else {
      pickle.text("a").raw("h\u0000s");
    }
    archive(pickle);
    assertTrue(refusal().contains("fewer and shorter names"), refusal());
  }

  @Test
  void dictionariesAreNotTooDeep() throws IOException {
    archive(new PickleWriter().raw("}" + "U\u0001a}".repeat(64) + "s".repeat(64)));
    TorchFile.open(path).close();
    archive(new PickleWriter().raw("}" + "U\u0001a}".repeat(65) + "s".repeat(65)));
    assertTrue(refusal().contains("dictionaries at most 64 deep"), refusal());
  }

  /// A module of nothing but parameters, as textual inversion saves them.
  @Test
  void modulesOfParameters() throws IOException {
    PickleWriter pickle = new PickleWriter().protocol(2).raw("}").text("string_to_param");
    pickle.global("torch.nn.modules.container", "ParameterDict").raw(")").op(0x81).raw("}(");
    pickle.text("training").op(0x88).text("_parameters").raw("}").text("*");
    pickle.global("torch._utils", "_rebuild_parameter").op('(');
    tensor(pickle).op(0x88).global("collections", "OrderedDict").raw(")RtRsubs");
    archive(pickle);
    try (TorchFile file = TorchFile.open(path)) {
      assertEquals(List.of("string_to_param.*"), List.copyOf(file.names()));
      assertEquals(Map.of(), file.metadata());
    }
  }

  private static PickleWriter tensor(PickleWriter pickle) {
    return pickle.tensor(DType.F32, "s", 1, 0, new long[] {1}, new long[] {1});
  }

  private void archive(PickleWriter pickle) throws IOException {
    Files.write(path, TorchSave.archive(pickle.stop(), Map.of("s", new byte[4]), false));
  }

  private String refusal() {
    return assertThrows(FileFormatException.class, () -> TorchFile.open(path)).getMessage();
  }
}
