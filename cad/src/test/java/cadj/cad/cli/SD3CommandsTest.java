package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.picture.PictureFolder;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands on models of Stable Diffusion 3's form and of 3.5's: what works, and what says in a
/// line why not.
@GoldenTest
class SD3CommandsTest {
  private static final String CONCEPT = "parachute";
  private static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

  @TempDir private static Path folder;

  private static String sd3;
  private static String sd35;
  private static String scores;

  @BeforeAll
  static void models() {
    sd3 = Form.SD3.model(folder.resolve("sd3")).toString();
    sd35 = Form.SD35.model(folder.resolve("sd35")).toString();
    scores = file("scores.safetensors");
    run("attribute", sd35, "--sites", "ff,attention", "--estimator", "first-order", "--out", scores)
        .succeeds();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  /// A command with few steps and few of T5's tokens.
  private static Cli run(String command, String model, String... more) {
    List<String> few =
        switch (command) {
          case "attribute" -> List.of("--concept", CONCEPT, "--schedule-steps", "2");
          case "generate", "heatmap" -> List.of("--prompt", CONCEPT, "--steps", "2");
          case "edit" -> List.of("--concept", CONCEPT);
          case "trace" -> List.of("--concept", CONCEPT, "--samples", "1", "--steps", "2");
          default -> List.of();
        };
    return Cli.run(
        Stream.of(List.of(command, "--model", model, "--t5-length", "16"), few, List.of(more))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  private static Cli edited(String... more) {
    return Cli.run(
        Stream.concat(Stream.of("edit", "--attribution", scores), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void attribute() {
    JsonNode json =
        run("attribute", sd3, "--estimator", "first-order", "--json", "--out", file("a")).json();
    assertEquals("flow_match_euler", json.get("scheduler").asText());
    assertEquals("corrected", json.get("mode").asText());
    assertEquals(10, json.get("parameters").asInt()); // the last block has no ff_context
    run("attribute", sd3, "--objective", "amplify", "--pictures", "1", "--out", file("b"))
        .succeeds();
  }

  /// Before anything is loaded.
  @Test
  void blocksAndSizesThatAreNotThere() throws IOException {
    run("generate", sd35, "--skip-layers", "1,3", "--out", file("s.png"))
        .fails(1, "skip layers: expected blocks from 0 to 2, got 3");
    run("generate", sd35, "--width", "26", "--out", file("s.png"))
        .fails(1, "--width: expected a multiple of 4, the pixels of one latent or patch, got 26");
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "prompt,guidance\na cat,1\n");
    Cli.run(
            "generate",
            "--model",
            sd35,
            "--prompts",
            list.toString(),
            "--skip-layers",
            "1",
            "--out",
            file("listed"))
        .fails(1, "guidance: expected above 1, as --skip-layers needs it, found 1.0");
  }

  @Test
  void theReferenceProcedureHasNoWayForIt() {
    run("attribute", sd3, "--mode", "reference", "--out", file("r"))
        .fails(1, "--mode: the published code has no way for a model of flow matching");
    run("attribute", sd3, "--scheduler", "ddim", "--out", file("r"))
        .fails(1, "scheduler: ddim is for models that predict epsilon");
  }

  @ParameterizedTest
  @CsvSource({
    "row, .ff_context.net.2.weight",
    "matrix, .attn.add_q_proj.weight",
    "model, .ff.net.2.weight",
    "neuron, .ff.net.0.proj.weight",
    "head, .attn.to_out.0.weight",
    "layer, .attn.add_v_proj.weight"
  })
  void editBy(String per, String parameter) {
    String patch = file(per);
    edited("--both", "--per", per, "--ratio", "0.2", "--out", patch).succeeds();
    assertTrue(
        Patch.read(Path.of(patch)).changes().keySet().stream().anyMatch(p -> p.endsWith(parameter)),
        () -> Patch.read(Path.of(patch)).changes().keySet().toString());
  }

  @Test
  void patchesAreAppliedAndTakenBack() throws IOException {
    String row = file("row-patch");
    String neuron = file("neuron-patch");
    edited("--erase", "--ratio", "0.1", "--out", row).succeeds();
    edited("--both", "--per", "neuron", "--count", "4", "--out", neuron).succeeds();
    Path full = folder.resolve("full");
    Path back = folder.resolve("back");
    assertEquals(0, Cli.run("apply", sd35, row, neuron, "--full", full.toString()).code());
    SequencedMap<String, float[]> expected =
        values(Patch.read(Path.of(neuron)).apply(Patch.read(Path.of(row)).apply(parameters(sd35))));
    SequencedMap<String, float[]> found = values(parameters(full.toString()));
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
    String picture = file("patched.png");
    run("generate", sd35, "--patch", row, "--patch", neuron, "--out", picture).succeeds();
    String other = file("full.png");
    run("generate", full.toString(), "--out", other).succeeds();
    assertArrayEquals(pixels(picture), pixels(other));
    assertEquals(
        0,
        Cli.run("apply", full.toString(), row, neuron, "--revert", "--full", back.toString())
            .code());
    assertArrayEquals(
        Files.readAllBytes(Path.of(sd35).resolve(WEIGHTS)),
        Files.readAllBytes(back.resolve(WEIGHTS)));
  }

  private static SequencedMap<String, Tensor> parameters(String model) {
    return ModelFiles.open(model).denoiser().parameters();
  }

  private static SequencedMap<String, float[]> values(Map<String, Tensor> parameters) {
    SequencedMap<String, float[]> out = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> out.put(name, tensor.toFloats()));
    return out;
  }

  private static int[] pixels(String picture) {
    BufferedImage image = PictureFolder.decode(Path.of(picture));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /// Of text encoders as of any other pipeline, T5 among them.
  @Test
  void textSites() {
    String text = file("text");
    run("attribute", sd3, "--sites", "text-ff", "--estimator", "first-order", "--out", text)
        .succeeds();
    String patch = file("text-patch");
    Cli.run("edit", "--attribution", text, "--erase", "--ratio", "0.1", "--out", patch).succeeds();
    for (String part : List.of("text_encoder.", "text_encoder_2.", "text_encoder_3.")) {
      assertTrue(
          Patch.read(Path.of(patch)).changes().keySet().stream().anyMatch(p -> p.startsWith(part)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text-doses",
        "text-mask",
        "learned-mask",
        "learned-mask-from-text",
        "uce",
        "uce-all-tokens",
        "rece",
        "esd-x",
        "esd-x-strict"
      })
  void methodsOfCrossAttention(String method) {
    // 3.5's attn2 is the image's own, not the text's
    run("edit", sd35, "--method", method, "--out", file("m"))
        .fails(1, method + ": edits cross-attention");
    run("edit", sd35, "--method", method, "--out", file("m"))
        .fails(1, "there are learned-mask-ff, cad-one-shot,");
  }

  @Test
  void thePublishedCodesMethod() {
    run("edit", sd3, "--method", "cad-reference", "--out", file("m"))
        .fails(1, "cad-reference: the published code has no way for a model of flow matching");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cad-one-shot:steps=2,samples=1",
        "cad-rounds:steps=2,samples=1,rounds=2",
        "esd-u:iterations=1,sampling_steps=2",
        "esd-attributed:samples=1,scored_steps=2,iterations=1,sampling_steps=2",
        "learned-mask-ff:steps=1,trajectory_steps=2,target_batch=1,preserve_batch=1",
        "salun:pictures=1,sampling_steps=2,noise_levels=2,epochs=1",
        "ssd:pictures=1,sampling_steps=2,noise_levels=2",
        "conceptprune:steps=2",
        "wanda:steps=2",
        "activation:steps=2",
        "magnitude",
        "random"
      })
  void methods(String method) {
    String patch = file("method-" + method.replaceAll(":.*", ""));
    run(
            "edit",
            sd35,
            "--method",
            method,
            "--target",
            CONCEPT + "=",
            "--preserve",
            "a dog",
            "--out",
            patch)
        .succeeds();
    Patch made = Patch.read(Path.of(patch));
    String settings = made.metadata().get("settings");
    assertFalse(settings.contains("ddim") || settings.contains("pndm"), settings);
    if (!method.startsWith("learned-mask")) { // one step of which turns no weight off
      assertTrue(made.size() > 0);
    }
  }

  /// Where none is named: one that works.
  @Test
  void theDefaultMethod() {
    String patch = file("default");
    run("edit", sd3, "--set", "steps=2", "--set", "samples=1", "--out", patch).succeeds();
    Map<String, String> made = Patch.read(Path.of(patch)).metadata();
    assertEquals(MethodOptions.JOINT_DEFAULT, made.get("method"));
    assertTrue(made.get("settings").contains("flow_match_euler"), made.toString());
  }

  @Test
  void trace() {
    run("trace", sd3, "--method", "swap", "--out", file("swap"))
        .fails(1, "--method swap: expected a model with cross-attention");
    for (String corrupt : List.of("noise", "base")) {
      String out = file("trace-" + corrupt);
      run(
              "trace",
              sd35,
              "--method",
              "restore",
              "--layers",
              "**.attn,**.ff_context",
              "--corrupt",
              corrupt,
              "--out",
              out)
          .succeeds();
      assertTrue(Files.exists(Path.of(out)));
    }
    Cli both = run("trace", sd3, "--step-window", "2", "--json", "--out", file("both"));
    assertEquals(0, both.code(), both.err());
    assertTrue(both.out().contains("transformer_blocks.1.ff_context"), both.out());
  }

  @Test
  void heatmap() {
    JsonNode json =
        run("heatmap", sd35, "--layer", "**.1.attn", "--json", "--out", file("heat")).json();
    assertEquals("[\"transformer_blocks.1.attn\"]", json.get("layers").toString());
    int clip = 77;
    JsonNode places = json.get("words").get(0).get("tokens");
    assertTrue(places.get(0).asInt() < clip, places.toString());
    assertTrue(places.get(places.size() - 1).asInt() >= clip, places.toString());
  }

  @Test
  void graph() {
    JsonNode tree = run("graph", sd35, "--depth", "1", "--json").json();
    assertEquals("transformer", tree.get("part").asText());
    run("graph", sd3, "--part", "unet").fails(1, "--part: expected one of transformer, vae,");
    run("graph", sd3, "--part", "text_encoder_3", "--stats", "gradients", "--prompt", CONCEPT)
        .succeeds();
    run("graph", sd35, "--tape", "transformer_blocks.0.attn2", "--prompt", CONCEPT).succeeds();
  }

  @Test
  void inspect() {
    for (String by : List.of("head", "neuron", "step")) {
      Cli.run("inspect", scores, "--by", by).succeeds();
    }
    Cli.run("inspect", scores, "--html", file("scores.html")).succeeds();
    Cli.run("inspect", scores, "--by", "head", "--try", "--pictures", "1", "--top", "1").succeeds();
    assertTrue(Cli.run("inspect", sd35).succeeds().out().contains("T5EncoderModel"));
  }

  @Test
  void profile() {
    Cli cli =
        Cli.run(
            "profile",
            "generate",
            "--model",
            sd3,
            "--t5-length",
            "16",
            "--prompt",
            CONCEPT,
            "--steps",
            "1",
            "--out",
            file("profiled.png"));
    assertEquals(0, cli.code(), cli.err());
    assertTrue(cli.out().contains("transformer_blocks"), cli.out());
  }

  @Test
  void evaluate() {
    Cli.run(
            "evaluate",
            "--model",
            sd3,
            "--protocol",
            "fashion-objects",
            "--quick",
            "--out",
            file("ev"))
        .fails(1, "fashion-objects: ");
  }
}
