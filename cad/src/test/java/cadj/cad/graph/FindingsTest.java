package cadj.cad.graph;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The embedded model's tree, shapes and statistics against what its parts give when run by hand.
class FindingsTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final PartRuns RUNS = new PartRuns("a coat", 501, 3, 0);

  private static Findings of(String part, Findings.Kind... kinds) {
    return Findings.of(FILES, part, RUNS, Set.of(kinds));
  }

  private static ModuleTree find(Findings findings, String key) {
    return requireNonNull(findings.root().find(key), key);
  }

  @Test
  void theTreeHasEveryParameterOnceAndClasses() {
    for (String part : List.of("unet", "vae", "text_encoder", "clip", "classifier")) {
      Findings findings = of(part);
      List<String> names =
          findings.root().allParameters().map(ModuleTree.Parameter::name).sorted().toList();
      try (var stored = FILES.checkpoint(part)) {
        assertEquals(stored.names().stream().sorted().toList(), names, part);
      }
      for (ModuleTree module : findings.root().all().toList()) {
        assertTrue(module.key().endsWith(module.name()), module.key());
        for (ModuleTree.Parameter parameter : module.parameters()) {
          String prefix = module.key().isEmpty() ? "" : module.key() + ".";
          assertEquals(prefix + parameter.shortName(), parameter.name());
        }
      }
    }
    Findings unet = of("unet");
    Map<String, String> classes = new HashMap<>();
    unet.root().all().forEach(module -> classes.put(module.key(), module.type()));
    String block = "down_blocks.0.attentions.0.transformer_blocks.0";
    assertEquals("UNet2DConditionModel", classes.get(""));
    assertEquals("CrossAttnDownBlock2D", classes.get("down_blocks.0"));
    assertEquals("UNetMidBlock2DCrossAttn", classes.get("mid_block"));
    assertEquals("ResnetBlock2D", classes.get("mid_block.resnets.0"));
    assertEquals("GroupNorm", classes.get("mid_block.resnets.0.norm1"));
    assertEquals("Transformer2DModel", classes.get("down_blocks.0.attentions.0"));
    assertEquals("GroupNorm", classes.get("down_blocks.0.attentions.0.norm"));
    assertEquals("BasicTransformerBlock", classes.get(block));
    assertEquals("LayerNorm", classes.get(block + ".norm1"));
    assertEquals("Attention", classes.get(block + ".attn2"));
    assertEquals("FeedForward", classes.get(block + ".ff"));
    assertEquals("GEGLU", classes.get(block + ".ff.net.0"));
    assertEquals("Linear", classes.get(block + ".ff.net.2"));
    assertEquals("Conv2d", classes.get("conv_in"));
    assertFalse(classes.containsKey("down_blocks"), "a list is no module");
    Findings vae = of("vae");
    assertEquals("DownEncoderBlock2D", find(vae, "encoder.down_blocks.1").type());
    assertEquals("UpDecoderBlock2D", find(vae, "decoder.up_blocks.0").type());
    assertEquals("Attention", find(vae, "decoder.mid_block.attentions.0").type());
    Findings text = of("text_encoder");
    assertEquals("CLIPEncoderLayer", find(text, "text_model.encoder.layers.0").type());
    assertEquals("Embedding", find(text, "text_model.embeddings.token_embedding").type());
    assertEquals("LayerNorm", find(text, "text_model.final_layer_norm").type());
  }

  /// The dry run's shapes are those of the run.
  @Test
  void shapesAreKnownWithoutComputing() {
    for (String part : List.of("unet", "vae", "text_encoder")) {
      Findings dry = of(part);
      Findings run = of(part, Findings.Kind.ACTIVATIONS);
      assertNull(dry.objective());
      int seen = 0;
      for (ModuleTree module : run.root().all().toList()) {
        assertEquals(run.input(module), dry.input(module), module.key());
        assertEquals(run.output(module), dry.output(module), module.key());
        seen += run.output(module) == null ? 0 : 1;
      }
      assertTrue(seen > 20, part + " " + seen);
    }
    assertEquals(Shape.of(1, 4, 8, 8), of("unet").input(find(of("unet"), "conv_in")));
    assertEquals(Shape.of(1, 64, 8, 8), of("unet").output(find(of("unet"), "conv_in")));
  }

  /// Whatever the order of the file's keys is.
  @Test
  void modulesStandInTheOrderOfComputation() {
    Map<String, List<String>> children = new HashMap<>();
    for (String part : List.of("unet", "vae", "text_encoder")) {
      of(part)
          .root()
          .all()
          .forEach(
              module ->
                  children.put(
                      part + " " + module.key(),
                      module.children().stream().map(ModuleTree::name).toList()));
    }
    assertEquals(List.of("resnets.0", "attentions.0", "resnets.1"), children.get("unet mid_block"));
    assertEquals(
        List.of("resnets.0", "attentions.0", "resnets.1", "attentions.1", "upsamplers.0"),
        children.get("unet up_blocks.0"));
    assertEquals(
        List.of("encoder", "quant_conv", "post_quant_conv", "decoder"), children.get("vae "));
    assertEquals(
        List.of("conv_in", "mid_block", "up_blocks.0", "up_blocks.1", "up_blocks.2").toString(),
        children.get("vae decoder").subList(0, 5).toString());
    String layer = "text_encoder text_model.encoder.layers.0";
    assertEquals(List.of("layer_norm1", "self_attn", "layer_norm2", "mlp"), children.get(layer));
    assertEquals(
        of("unet", Findings.Kind.GRADIENTS).root(), of("unet").root(), "of a run as of a dry one");
    assertEquals(
        "conv1", of("classifier").root().children().getFirst().name(), "not run: as stored");
  }

  @Test
  void weightsActivationsAndGradientsAreThoseOfAPlainRun() {
    Findings found =
        of("unet", Findings.Kind.WEIGHTS, Findings.Kind.ACTIVATIONS, Findings.Kind.GRADIENTS);
    TextToImage pipeline = TextToImage.load(FILES);
    var denoiser = pipeline.denoiser();
    Tensor x = TextToImage.noise(Shape.of(1, 4, 8, 8), new TorchGenerator(3));
    var empty = pipeline.text().encode(List.of(""), 32, 32);
    var coat = pipeline.text().encode(List.of("a coat"), 32, 32);
    Tensor without = denoiser.forward(x, 501, empty);
    Map<String, float[]> outputs = new HashMap<>();
    String conv = "mid_block.resnets.0.conv1";
    String proj = "up_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj";
    Tape.record(
        denoiser.parameters().values(),
        tape -> {
          Tensor j =
              Activations.with(
                  Activations.observe("**", (key, value) -> outputs.put(key, value.toFloats())),
                  () -> sumSquaredDifference(without, denoiser.forward(x, 501, coat)));
          assertEquals(j.item(), requireNonNull(found.objective()), 1e-6 * j.item());
          Gradients g = tape.backward(j);
          for (String key : List.of(conv, proj)) {
            Tensor w = denoiser.parameters().get(key + ".weight");
            same(Statistics.of(w.toFloats()), found.weights().get(key + ".weight"));
            same(Statistics.of(g.of(w).toFloats()), found.gradients().get(key + ".weight"));
            same(Statistics.of(outputs.get(key)), found.activation(find(found, key)));
          }
          return null;
        });
    ModuleTree ff = find(found, "up_blocks.0.attentions.0.transformer_blocks.0.ff");
    Statistics all = Statistics.of();
    for (ModuleTree.Parameter parameter : ff.allParameters().toList()) {
      all = all.and(Statistics.of(denoiser.parameters().get(parameter.name()).toFloats()));
    }
    assertEquals(all, Findings.together(ff, found.weights()));
    assertEquals(ff.weights(), all.count());
  }

  private static void same(Statistics expected, Preview found) {
    assertEquals(expected.count(), found.statistics().count());
    assertEquals(expected.mean(), found.statistics().mean(), 1e-9 + 1e-4 * expected.absMax());
    assertEquals(expected.deviation(), found.statistics().deviation(), 1e-4 * expected.absMax());
    assertEquals(expected.absMax(), found.statistics().absMax(), 1e-4 * expected.absMax());
  }

  @Test
  void theVaeAndTheTextEncoderHaveGradientsToo() {
    for (String part : List.of("vae", "text_encoder")) {
      Findings found = of(part, Findings.Kind.GRADIENTS);
      assertTrue(
          found.root().all().allMatch(module -> found.activation(module) == null),
          "activations, which were not asked for");
      assertTrue(requireNonNull(found.objective()) > 0, part);
      long all = found.root().allParameters().count();
      assertTrue(found.gradients().size() > all / 2, part + " " + found.gradients().size());
      assertEquals(Map.of(), found.weights());
    }
  }

  @Test
  void partsThatAreNotRunAreRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> of("clip", Findings.Kind.ACTIVATIONS))
            .getMessage();
    assertEquals("--part: expected one that is run (text_encoder, unet, vae), got clip", message);
  }
}
