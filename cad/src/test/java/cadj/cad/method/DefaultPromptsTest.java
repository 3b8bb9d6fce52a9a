package cadj.cad.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultPromptsTest {
  private static final List<String> OBJECTS = List.of("bag", "coat", "dress");
  private static final List<String> STYLES = List.of("photo", "ink drawing", "neon sign");

  @Test
  void anObjectLeavesTheOthersInTurningStyles() {
    DefaultPrompts prompts = DefaultPrompts.ofObject("coat", OBJECTS, STYLES);
    assertEquals(
        List.of(
            new TargetPrompt("coat", ""),
            new TargetPrompt("a coat in the style of photo", "photo"),
            new TargetPrompt("a coat in the style of ink drawing", "ink drawing"),
            new TargetPrompt("a coat in the style of neon sign", "neon sign")),
        prompts.targets());
    assertEquals(
        List.of(
            "bag",
            "a bag in the style of photo",
            "a bag in the style of ink drawing",
            "dress",
            "a dress in the style of neon sign",
            "a dress in the style of photo",
            "photo",
            "ink drawing",
            "neon sign",
            ""),
        prompts.preserve());
  }

  @Test
  void aStyleLeavesAllObjectsInTheOthers() {
    DefaultPrompts prompts = DefaultPrompts.ofStyle("ink drawing", OBJECTS, STYLES);
    assertEquals(
        List.of(
            new TargetPrompt("ink drawing", ""),
            new TargetPrompt("a bag in the style of ink drawing", "bag"),
            new TargetPrompt("a coat in the style of ink drawing", "coat"),
            new TargetPrompt("a dress in the style of ink drawing", "dress")),
        prompts.targets());
    assertEquals(
        List.of(
            "bag",
            "a bag in the style of photo",
            "a bag in the style of neon sign",
            "coat",
            "a coat in the style of neon sign",
            "a coat in the style of photo",
            "dress",
            "a dress in the style of photo",
            "a dress in the style of neon sign",
            "photo",
            "neon sign",
            ""),
        prompts.preserve());
  }

  @Test
  void theEmbeddedModelHasItsOwnWords() {
    FashionJudge judge = new FashionJudge(ModelFiles.open("fashion").classifier());
    DefaultPrompts object = DefaultPrompts.of("sneaker", judge);
    assertEquals(5, object.targets().size());
    assertEquals(9 * 3 + 4 + 1, new HashSet<>(object.preserve()).size());
    assertEquals(9 * 3 + 4 + 1, object.preserve().size());
    DefaultPrompts style = DefaultPrompts.of("blueprint", judge);
    assertEquals(11, style.targets().size());
    assertEquals(10 * 3 + 3 + 1, style.preserve().size());
    assertFalse(style.preserve().stream().anyMatch(prompt -> prompt.contains("blueprint")));
    assertEquals(DefaultPrompts.of("zebra", null), DefaultPrompts.of("zebra", judge));
  }

  @Test
  void otherModelsGetGeneralOnesWithoutTheConcept() {
    DefaultPrompts prompts = DefaultPrompts.of("Dogs", null);
    assertEquals(
        List.of(
            new TargetPrompt("Dogs", ""),
            new TargetPrompt("a photo of Dogs", "a photo"),
            new TargetPrompt("a picture of Dogs", "a picture")),
        prompts.targets());
    assertFalse(prompts.preserve().contains("a dog"));
    assertTrue(prompts.preserve().containsAll(List.of("", "a cat", "a horse in a field")));
    Judge judge =
        new Judge() {
          @Override
          public List<List<String>> kinds() {
            return List.of(List.of("cat", "tench", "church"), List.of("art"));
          }

          @Override
          public int[][] sees(Tensor pictures) {
            throw new AssertionError();
          }
        };
    List<String> judged = DefaultPrompts.of("tench", judge).preserve();
    assertEquals(
        List.of("a photo of cat", "a photo of church"),
        judged.subList(DefaultPrompts.of("tench", null).preserve().size(), judged.size()));
    assertEquals(DefaultPrompts.of("zebra", null), DefaultPrompts.of("zebra", judge));
    // small words are no reason to leave one out
    assertTrue(DefaultPrompts.of("the art of a cat", null).preserve().contains("a dog"));
  }
}
