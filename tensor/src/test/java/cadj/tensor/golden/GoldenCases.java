package cadj.tensor.golden;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Prints `golden <Class>: N cases` after each class. A test that passed counts as one case, or as
/// many as it reported through [Golden#count].
final class GoldenCases
    implements BeforeTestExecutionCallback, AfterTestExecutionCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(GoldenCases.class);
  private static final ThreadLocal<Integer> REPORTED = ThreadLocal.withInitial(() -> 0);

  static void report(int cases) {
    REPORTED.set(REPORTED.get() + cases);
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    REPORTED.set(0);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      total(context).addAndGet(Math.max(1, REPORTED.get()));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    int cases = total(context).get();
    System.out.printf(
        "golden %s: %d %s%n",
        context.getRequiredTestClass().getSimpleName(), cases, cases == 1 ? "case" : "cases");
  }

  private static AtomicInteger total(ExtensionContext context) {
    String key = context.getRequiredTestClass().getName();
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(key, k -> new AtomicInteger(), AtomicInteger.class);
  }
}
