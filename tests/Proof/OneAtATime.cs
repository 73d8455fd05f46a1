// Each test wants the whole machine: what is killed should be killed at work, not while it waits for a core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
