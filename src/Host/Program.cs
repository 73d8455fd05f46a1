using OpenPassage.Host;

return await ServerHost.RunAsync(args);
