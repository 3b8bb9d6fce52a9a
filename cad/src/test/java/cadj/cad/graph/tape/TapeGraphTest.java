package cadj.cad.graph.tape;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Sum.sum;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.cad.graph.PartRuns;
import cadj.cad.graph.Preview;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// What tapes recorded, drawn as graphs.
class TapeGraphTest {
  private static SequencedMap<String, Tensor> ab() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("a", Tensor.of(new float[] {1, 2}, 2));
    out.put("b", Tensor.of(new float[] {3, -1}, 2));
    return out;
  }

  private static float[] row(Preview preview) {
    return requireNonNull(preview).tile()[0];
  }

  /// J = Σ (a·b + a)·c: dJ/da = (b + 1)·c, dJ/d(a·b) = c.
  @Test
  void aHandMadeGraphHasItsOperationsValuesAndGradients() {
    SequencedMap<String, Tensor> in = ab();
    Tensor c = Tensor.of(new float[] {10, 100}, 2);
    List<TapeNode> nodes =
        new TapeRun(
                "", in, false, () -> sum(mul(add(mul(in.get("a"), in.get("b")), in.get("a")), c)))
            .record();
    List<String> told =
        nodes.stream().map(node -> node.kind() + " " + node.name() + node.inputs()).toList();
    assertEquals(
        List.of(
            "LEAF a[]",
            "LEAF b[]",
            "OPERATION mul[0, 1]",
            "OPERATION add[2, 0]",
            "INPUT constant[]",
            "OPERATION mul[3, 4]",
            "OPERATION sum[5]"),
        told);
    assertArrayEquals(new float[] {3, -2}, row(nodes.get(2).value()));
    assertArrayEquals(new float[] {4, 0}, row(nodes.get(3).value()));
    assertArrayEquals(new float[] {40}, row(nodes.get(6).value()));
    assertArrayEquals(new float[] {40, 0}, row(nodes.get(0).gradient()));
    assertArrayEquals(new float[] {10, 200}, row(nodes.get(1).gradient()));
    assertArrayEquals(new float[] {10, 100}, row(nodes.get(2).gradient()));
    assertArrayEquals(new float[] {1, 1}, row(nodes.get(5).gradient()));
    assertNull(nodes.get(4).gradient());
    assertEquals("[]", nodes.get(6).shape().toString());
  }

  /// Operations inside a block are told, and what follows reads its last.
  @Test
  void blocksAreSeenThrough() {
    SequencedMap<String, Tensor> in = ab();
    List<TapeNode> nodes =
        new TapeRun(
                "",
                in,
                false,
                () -> sum(Tape.block("block", all -> silu(mul(all[0], in.get("b"))), in.get("a"))))
            .record();
    assertEquals(
        List.of("a", "b", "mul", "silu", "sum"), nodes.stream().map(TapeNode::name).toList());
    assertEquals(List.of(3), nodes.get(4).inputs());
    assertArrayEquals(new float[] {1, 1}, row(nodes.get(3).gradient()));
    List<TapeNode> again =
        new TapeRun(
                "",
                in,
                false,
                () ->
                    sum(
                        Tape.checkpoint(
                            "block", all -> silu(mul(all[0], in.get("b"))), in.get("a"))))
            .record();
    assertEquals(
        List.of("a", "b", "block", "sum"),
        again.stream().map(TapeNode::name).toList(),
        "computed again, so one operation");
  }

  private static TapeNode operation(String name, String module, Integer... inputs) {
    return new TapeNode(
        TapeNode.Kind.OPERATION,
        name,
        module,
        List.of(inputs),
        1,
        Preview.of(Tensor.of(new float[] {inputs.length}, 1)),
        Preview.of(Tensor.of(new float[] {-inputs.length}, 1)));
  }

  private static TapeNode leaf(String name) {
    return new TapeNode(
        TapeNode.Kind.LEAF, name, "", List.of(), 0, Preview.of(Tensor.scalar(1)), null);
  }

  private static List<String> told(List<TapeNode> nodes) {
    return nodes.stream()
        .map(node -> "%s%s %d".formatted(node.name(), node.inputs(), node.operations()))
        .toList();
  }

  /// x → m.a (p, q and an operation of its own) → m.c → an operation of m, which reads x again.
  @Test
  void operationsOfAModuleBecomeOneNode() {
    List<TapeNode> nodes =
        List.of(
            leaf("x"),
            leaf("m.a.p.weight"),
            operation("linear", "m.a.p", 0, 1), // 2
            operation("silu", "m.a", 2), // 3
            leaf("m.shared"),
            operation("linear", "m.a.q", 3, 4), // 5
            operation("linear", "m.c", 5, 4), // 6
            operation("silu", "m.c", 2), // 7: of a value within m.a
            operation("add", "m", 6, 7, 0)); // 8
    assertEquals(
        List.of("x[] 0", "m.shared[] 0", "a[0, 1] 3", "c[2, 1] 2", "add[3, 3, 0] 1"),
        told(Collapsed.of(nodes, "m", 1)));
    List<TapeNode> ofTwo = Collapsed.of(nodes, "m", 2);
    assertEquals(
        List.of(
            "x[] 0",
            "a.p[0] 1",
            "silu[1] 1",
            "m.shared[] 0",
            "a.q[2, 3] 1",
            "linear[4, 3] 1",
            "silu[1] 1",
            "add[5, 6, 0] 1"),
        told(ofTwo));
    assertEquals(List.of("x[] 0", "m[0] 6"), told(Collapsed.of(nodes, "m", 0)));
    List<TapeNode> ofOne = Collapsed.of(nodes, "m", 1);
    assertEquals("m.a", ofOne.get(2).module());
    assertArrayEquals(new float[] {1}, row(ofOne.get(3).value()), "of c's last operation");
    assertArrayEquals(new float[] {-1}, row(ofOne.get(3).gradient()));
    assertEquals(
        List.of("x[] 0", "m[0] 6"),
        told(Collapsed.of(Collapsed.of(nodes, "", 2), "", 1)),
        "level by level");
    assertEquals(nodes, Collapsed.toFit(nodes, "m", 9));
    assertEquals(ofTwo, Collapsed.toFit(nodes, "m", 8));
    assertEquals(5, Collapsed.toFit(nodes, "m", 7).size());
    assertEquals(5, Collapsed.toFit(nodes, "m", 1).size(), "one level at least");
  }

  @Test
  void aParameterThatTwoModulesReadStaysApart() {
    List<TapeNode> nodes =
        List.of(
            leaf("x"),
            leaf("m.a.tied"),
            operation("linear", "m.a", 0, 1),
            operation("linear", "m.b", 2, 1));
    assertEquals(
        List.of("x[] 0", "m.a.tied[] 0", "a[0, 1] 1", "b[2, 1] 1"),
        told(Collapsed.of(nodes, "m", 1)));
  }

  @Test
  void levelsCountModules() {
    assertEquals(0, Collapsed.levels("m", "m"));
    assertEquals(1, Collapsed.levels("m.resnets.0", "m"));
    assertEquals(3, Collapsed.levels("m.ff.net.0.proj", "m"));
    assertEquals(0, Collapsed.levels("n.a", "m"));
  }

  @Test
  void theRegressionIsDrawn() {
    List<TapeNode> nodes = TapeRuns.mlp(0);
    List<String> names = nodes.stream().map(TapeNode::name).toList();
    assertTrue(names.containsAll(List.of("x", "hidden.weight", "linear", "silu")), names::toString);
    assertTrue(
        nodes.stream()
            .filter(node -> node.kind() != TapeNode.Kind.INPUT)
            .allMatch(node -> node.gradient() != null));
    String svg = TapeSvg.of(nodes, "");
    assertEquals(nodes.size(), svg.split("<g><title>", -1).length - 1);
    int edges =
        nodes.stream().mapToInt(node -> (int) node.inputs().stream().distinct().count()).sum();
    assertEquals(edges, svg.split("<path ", -1).length - 1);
    assertEquals(svg, TapeSvg.of(TapeRuns.mlp(0), ""), "the same picture every time");
    assertFalse(svg.contains("NaN"));
  }

  /// The time embedding is no part of what J is differentiated by here, so its silu is a constant.
  @Test
  void aResnetBlockOfTheModel() {
    ModelFiles files = ModelFiles.open("fashion");
    PartRuns runs = new PartRuns("a coat", 501, 0, 0);
    List<TapeNode> nodes = TapeRuns.module(files, "unet", "mid_block.resnets.0", runs);
    List<String> operations =
        nodes.stream()
            .filter(node -> node.operations() > 0)
            .map(node -> node.name() + " " + node.module().replace("mid_block.resnets.0", ""))
            .toList();
    assertEquals(
        List.of(
            "groupNorm .norm1",
            "linear .time_emb_proj",
            "conv2d .conv1",
            "reshape ",
            "add ",
            "groupNorm .norm2",
            "conv2d .conv2",
            "add "),
        operations);
    TapeNode sum = nodes.getLast();
    assertEquals("[1,128,4,4]", sum.shape().toString());
    assertNotNull(sum.gradient());
    TapeNode norm =
        nodes.stream().filter(node -> node.name().equals("groupNorm")).findFirst().orElseThrow();
    TapeNode input = nodes.get(norm.inputs().getFirst());
    assertEquals("from down_blocks.1.attentions.0", input.name());
    assertTrue(sum.inputs().contains(norm.inputs().getFirst()), "the residual");
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> TapeRuns.module(files, "unet", "mid_block.resnet", runs))
            .getMessage()
            .startsWith("--tape: expected mlp or a module of unet, such as mid_block"));
  }
}
