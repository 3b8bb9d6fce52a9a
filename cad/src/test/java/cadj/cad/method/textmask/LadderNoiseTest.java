package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The pictures that a ladder's judge is shown, drawn again one by one.
class LadderNoiseTest {
  private static final TextDoses DOSES = new TextDoses(Base.INSTEAD, 0.5, 8, 1.5, 0, 0.1, 0, 2, 1);

  /// Keeps what it is shown, and sees the concept in none of it.
  private record Keeping(List<float[]> pictures) implements Judge {
    @Override
    public List<List<String>> kinds() {
      return List.of(List.of("coat", "bag"));
    }

    @Override
    public int[][] sees(Tensor shown) {
      for (int n = 0; n < shown.dim(0); n++) {
        pictures.add(shown.slice(0, n, n + 1).toFloats());
      }
      return new int[][] {new int[shown.dim(0)]};
    }
  }

  @Test
  void targetsTakeTurnsOnNoiseOfTheirOwnSeed() {
    Keeping judge = new Keeping(new ArrayList<>());
    EditTask task = Bags.task(EditTask.Goal.ERASE, Bags.PRESERVE, judge, new Cost());
    new Ladder(DOSES, 4, 0).edit(task, EditMethod.Progress.NONE);
    assertEquals(4, judge.pictures().size());
    TextToImage edited =
        DOSES.ladder().getFirst().edit(task, EditMethod.Progress.NONE).apply(Bags.PIPELINE);
    Tensor noise = TextToImage.noise(edited.latentShape(4), new TorchGenerator(7 + 901_000_901L));
    for (int n = 0; n < 4; n++) {
      String prompt = Bags.TARGETS.get(n < 3 ? n : 0).prompt();
      Tensor picture =
          edited.draw(
              List.of(prompt),
              null,
              noise.slice(0, n, n + 1),
              new TextToImage.Settings(6, 4, Scheduler.Kind.DPMPP_2M),
              Scheduler.Noise.NONE,
              TextToImage.Progress.NONE);
      assertArrayEquals(picture.toFloats(), judge.pictures().get(n), 1e-3f, prompt);
    }
  }
}
