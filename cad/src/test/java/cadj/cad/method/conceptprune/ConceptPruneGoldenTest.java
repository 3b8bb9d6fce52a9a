package cadj.cad.method.conceptprune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.PublishedAblation;
import cadj.cad.method.EditMethod;
import cadj.cad.method.InputNorms;
import cadj.cad.method.conceptprune.ConceptPrune.Layer;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Norms and masks against those of the published code, on `sd1-tiny`.
@GoldenTest
class ConceptPruneGoldenTest {
  private static final List<Double> SELECT_RATIOS = List.of(0.0, 0.3, 0.6);

  private static Tensor row(Tensor table, int row) {
    return table.slice(0, row, row + 1).reshape(table.dim(1));
  }

  private static String key(String layer, double ratio, String module, String what) {
    return "%s/r%s/%s/%s".formatted(layer, ratio, module, what);
  }

  /// Which weights packed bits mark.
  private static boolean[] marked(Tensor bits, int weights) {
    return Arrays.copyOf(PublishedAblation.kept(bits.toLongs()), weights);
  }

  /// Given the published norms, the same weights to the bit.
  @Test
  void masksFollowFromNorms() {
    Map<String, Tensor> parameters =
        ModelFiles.open(Golden.require("sd1-tiny/unet/config.json").getParent().getParent())
            .denoiser()
            .parameters();
    JsonObject json = JsonFile.read(Golden.require("baselines/prune.json"));
    try (SafetensorsFile golden = Golden.open("baselines/conceptprune.safetensors")) {
      for (JsonObject entry : json.list("cases").objects()) {
        String layer = entry.string("layer");
        double ratio = entry.number("skill_ratio");
        for (String second : json.list("layers").strings()) {
          String module = layer.equals("net2") ? second : second.replace("net.2", "net.0.proj");
          Tensor weight = parameters.get(module + ".weight");
          Tensor target = golden.tensor(layer + "/" + module + "/norm_target");
          Tensor base = golden.tensor(layer + "/" + module + "/norm_base");
          Tensor bits = golden.tensor(key(layer, ratio, module, "mask_bits"));
          List<boolean[]> byCall = new ArrayList<>();
          for (int call = 0; call < target.dim(0); call++) {
            boolean[] chosen =
                SkilledWeights.of(
                    weight, row(target, call).toFloats(), row(base, call).toFloats(), ratio);
            assertArrayEquals(
                marked(row(bits, call), chosen.length), chosen, module + " at call " + call);
            byCall.add(chosen);
          }
          for (double select : SELECT_RATIOS) {
            Tensor union = golden.tensor(key(layer, ratio, module, "union" + select + "_bits"));
            assertArrayEquals(
                marked(union, weight.elements()),
                SkilledWeights.union(byCall, select),
                module + " union " + select);
          }
          Golden.count(1);
        }
      }
    }
  }

  /// From prompts on: norms within 1e-5, masks but for a weight or two at the cut.
  @Test
  void normsAreThoseOfThePublishedSampling() {
    TextToImage pipeline =
        TextToImage.load(
            ModelFiles.open(Golden.require("sd1-tiny/unet/config.json").getParent().getParent()));
    JsonObject json = JsonFile.read(Golden.require("baselines/prune.json"));
    TextToImage.Settings sampling =
        new TextToImage.Settings(
            (int) json.number("num_inference_steps"), json.number("guidance"), Scheduler.Kind.PNDM);
    try (SafetensorsFile golden = Golden.open("baselines/conceptprune.safetensors")) {
      for (Layer layer : Layer.values()) {
        ConceptPrune method = new ConceptPrune(layer, 0.1, 0, sampling);
        for (String kind : List.of("base", "target")) {
          InputNorms norms =
              method.norms(
                  pipeline,
                  json.list(kind + "_prompts").strings(),
                  golden.tensor("latents"),
                  EditMethod.Progress.NONE);
          for (String second : json.list("layers").strings()) {
            String module = layer == Layer.SECOND ? second : second.replace("net.2", "net.0.proj");
            String key = (layer == Layer.SECOND ? "net2/" : "net0/") + module + "/norm_" + kind;
            Tensor expected = golden.tensor(key);
            float[][] byCall = norms.byCall(module);
            assertEquals((int) json.number("unet_calls"), byCall.length);
            for (int call = 0; call < byCall.length; call++) {
              Golden.assertClose(
                  key + " at call " + call,
                  row(expected, call),
                  Tensor.of(byCall[call], byCall[call].length),
                  1e-5);
            }
            Golden.count(1);
          }
        }
      }
    }
  }

  @Test
  void aMaskOfNothingIsEmptyAndOneOfAllComparesOnly() {
    Tensor weight = Tensor.of(new float[] {1, -2, 0, 3}, 1, 4);
    float[] target = {1, 1, 1, 1};
    float[] base = {0.5f, 2, 0.5f, 0.5f};
    assertArrayEquals(new boolean[4], SkilledWeights.of(weight, target, base, 0.2));
    boolean[] all = SkilledWeights.of(weight, target, base, 1);
    assertArrayEquals(new boolean[] {true, false, false, true}, all); // 0 is not more than 0
    assertTrue(SkilledWeights.union(List.of(all, new boolean[4]), 0.4)[0]);
    assertArrayEquals(
        new boolean[4], SkilledWeights.union(List.of(all, new boolean[4]), 0.5)); // not more
  }
}
