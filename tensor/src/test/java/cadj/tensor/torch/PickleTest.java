package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.torch.PickleValue.Dictionary;
import cadj.tensor.torch.PickleValue.Nothing;
import cadj.tensor.torch.PickleValue.Real;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Text;
import cadj.tensor.torch.PickleValue.Truth;
import cadj.tensor.torch.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pickles mean here, and which are refused. The texts are pickles, a byte each character.
final class PickleTest {
  private static final Path FILE = Path.of("a.pt");

  private static PickleValue read(String pickle) {
    byte[] bytes = pickle.getBytes(ISO_8859_1);
    return Pickle.read(
        new PickleBytes(FILE, "data.pkl", MemorySegment.ofArray(bytes)), new HashMap<>());
  }

  private static String refusal(String pickle) {
    String message = assertThrows(FileFormatException.class, () -> read(pickle)).getMessage();
    assertTrue(message.startsWith("a.pt: data.pkl, byte "), message);
    return message;
  }

  /// Every way to name a global; `%s` are module and name, and for STACK_GLOBAL their lengths.
  static List<String> waysToName() {
    return List.of(
        "\u0080\u0002c%1$s\n%2$s\n.",
        "c%1$s\n%2$s\n(S'ls'\ntR.",
        "}X\u0001\0\0\0ac%1$s\n%2$s\n\u008c\u0002ls\u0085Rs.",
        "(S'ls'\ni%1$s\n%2$s\n.",
        "(c%1$s\n%2$s\nS'ls'\no.",
        "\u0080\u0002c%1$s\n%2$s\n)\u0081.",
        "\u0080\u0004\u008c%3$s%1$s\u008c%4$s%2$s\u0093)R.",
        "\u0080\u0004\u0095\0\0\0\0\0\0\0\0\u008c%3$s%1$s\u0094\u008c%4$s%2$s\u0094\u0093.",
        "\u0080\u0004X%3$s\0\0\0%1$sX%4$s\0\0\0%2$s\u0093)}\u0092.",
        "\u0080\u0002(c%1$s\n%2$s\nK\u0001t.");
  }

  @ParameterizedTest
  @MethodSource("waysToName")
  void otherGlobalsAreRefusedByName(String way) {
    for (String name :
        List.of(
            "os system",
            "posix system",
            "builtins eval",
            "__builtin__ exec",
            "torch.storage _load_from_bytes",
            "torch._utils _rebuild_qtensor",
            "torch._utils _rebuild_sparse_tensor",
            "torch ComplexFloatStorage",
            "torch.nn.modules.linear Linear",
            "pytorch_lightning.callbacks.early_stopping EarlyStopping")) {
      String[] parts = name.split(" ", -1);
      String pickle =
          way.formatted(
              parts[0],
              parts[1],
              String.valueOf((char) parts[0].length()),
              String.valueOf((char) parts[1].length()));
      String message = refusal(pickle);
      assertTrue(
          message.endsWith(
              ": expected tensors and plain values only, found "
                  + parts[0]
                  + "."
                  + parts[1]
                  + ", of which nothing was executed"),
          message);
    }
  }

  /// A registry of extensions names globals by number.
  @ParameterizedTest
  @ValueSource(strings = {"\u0082\u0001", "\u0083\u0001\u0001", "\u0084\u0001\u0001\u0001\u0001"})
  void extensionCodesAreRefused(String extension) {
    assertTrue(refusal("\u0080\u0002" + extension + ".").contains("by extension code (EXT)"));
  }

  @Test
  void namesOfTrainingStateAreNotCalled() {
    String name = "cpytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint\n";
    assertInstanceOf(Dictionary.class, read("}" + name + "}s."));
    assertTrue(refusal(name + ")R.").contains("ModelCheckpoint to be named only"));
    assertTrue(refusal("ctorch\nFloatStorage\n(K\u0004tR.").contains("to be named only"));
  }

  @Test
  void numbersAndTexts() {
    assertEquals(new Whole(-2), read("J\u00fe\u00ff\u00ff\u00ff."));
    assertEquals(new Whole(200), read("K\u00c8."));
    assertEquals(new Whole(0x0201), read("M\u0001\u0002."));
    assertEquals(new Whole(0), read("\u008a\0."));
    assertEquals(new Whole(-1), read("\u008a\u0001\u00ff."));
    assertEquals(new Whole(255), read("\u008a\u0002\u00ff\0."));
    assertEquals(new Whole(1L << 40), read("\u008a\u0006\0\0\0\0\0\u0001."));
    assertEquals(new Whole(7), read("\u008b\u0001\0\0\0\u0007."));
    assertEquals(new Whole(-12), read("I-12\n."));
    assertEquals(new Whole(12), read("L12L\n."));
    assertEquals(new Truth(true), read("I01\n."));
    assertEquals(new Truth(false), read("\u0089."));
    assertEquals(Nothing.NONE, read("N."));
    assertEquals(new Real(1.5), read("G?\u00f8\0\0\0\0\0\0."));
    assertEquals(new Real(0.25), read("F0.25\n."));
    assertEquals(new Text("ä"), read("X\u0002\0\0\0\u00c3\u00a4."));
    assertEquals(new Text("ab"), read("\u008c\u0002ab."));
    assertEquals(new Text("ab"), read("\u008d\u0002\0\0\0\0\0\0\0ab."));
    assertEquals(new Text("ab"), read("U\u0002ab."));
    assertEquals(new Text("ab"), read("T\u0002\0\0\0ab."));
    assertEquals(new Text("ab"), read("S'ab'\n."));
    assertEquals("an integer of 9 bytes", read("\u008a\t123456789.").what());
    assertEquals("bytes", read("C\u0003abc.").what());
  }

  @Test
  void containersStackAndMemo() {
    Whole one = new Whole(1);
    Whole two = new Whole(2);
    List<PickleValue> both = List.of(one, two);
    assertEquals(new Sequence("tuple", both), read("(K\u0001K\u0002t."));
    assertEquals(new Sequence("tuple", both), read("K\u0001K\u0002\u0086."));
    assertEquals(
        new Sequence("tuple", List.of(one, two, one)), read("K\u0001K\u0002K\u0001\u0087."));
    assertEquals(new Sequence("list", both), read("](K\u0001K\u0002e."));
    assertEquals(new Sequence("list", both), read("]K\u0001aK\u0002a."));
    assertEquals(new Sequence("list", both), read("(K\u0001K\u0002l."));
    assertEquals(new Sequence("set", both), read("\u008f(K\u0001K\u0002\u0090."));
    assertEquals(new Sequence("set", both), read("(K\u0001K\u0002\u0091."));
    assertEquals(new Sequence("list", both), read("c__builtin__\nset\n](K\u0001K\u0002e\u0085R."));
    assertEquals(
        new Sequence("tuple", List.of(two, two)), read("K\u0002q\u00050h\u0005h\u0005\u0086."));
    assertEquals(
        new Sequence("tuple", List.of(two, one)), read("K\u0002\u0094K\u0001\u0094\u0086."));
    assertEquals(one, read("K\u0001\u00940K\u0002\u00940h\0."));
    assertEquals(two, read("K\u0002p3\n0g3\n."));
    assertEquals(new Sequence("tuple", List.of(one, one)), read("K\u00012\u0086."));
    assertEquals(one, read("K\u0001(K\u0002K\u00021."));
    Dictionary pairs =
        assertInstanceOf(
            Dictionary.class, read("ccollections\nOrderedDict\n(](U\u0001aK\u0001\u0086etR."));
    assertEquals(one, pairs.get("a"));
    Dictionary items =
        assertInstanceOf(Dictionary.class, read("(U\u0001aK\u0001U\u0001bK\u0002d."));
    assertEquals(two, items.get("b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "N",
        ".",
        "0.",
        "t.",
        "K\u0001(0.",
        "K\u0001(\u0086.",
        "}N(s.",
        "}(Nu.",
        "}(NNNu.",
        "Na.",
        ")Na.",
        "]K\u0001s.",
        "h\0.",
        "K\u0001r\u00ff\u00ff\u00ff\u007f.",
        "K\u0001p-1\n.",
        "K\u0001p999\n.",
        "X\u00ff\u00ff\u00ff\u00ffa.",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.",
        "T\u00ff\u00ff\u00ff\u00ffa.",
        "\u008b\u00ff\u00ff\u00ff\u00ff.",
        "\u008b\u0001\u0001\u0001\u0001.",
        "X\u0001\0\0\0\u00ff.",
        "Ix\n.",
        "Fx\n.",
        "I1",
        "NNR.",
        "NQ.",
        "NNb.",
        "o.",
        "(o.",
        "\u0080\u0006.",
        "P1\n.",
        "\u0097.",
        "\u00fe.",
        "NN\u0093.",
        "ctorch._utils\n_rebuild_tensor_v2\n)R.",
        "ctorch._utils\n_rebuild_parameter\n)R.",
        "ccollections\nOrderedDict\n(K\u0001tR.",
        "ccollections\nOrderedDict\n(](NetR.",
        "ctorch\nSize\n(K\u0001tR.",
        "ctorch\nSize\n)N\u0092."
      })
  void brokenPicklesAreRefused(String pickle) {
    assertEquals(1, refusal(pickle).lines().count());
  }
}
